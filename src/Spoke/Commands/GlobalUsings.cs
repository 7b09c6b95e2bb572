// Spoke.Console is the web console; the terminal has to go by another name in this project.
global using Terminal = System.Console;
