"""Stands in for python-dotenv, which not every machine has."""
import os


def load_dotenv():
    with open(".env", encoding="utf-8") as file:
        for line in file:
            name, value = line.rstrip("\n").split("=", 1)
            os.environ.setdefault(name, value)
