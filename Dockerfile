# The emulator as one native file in an image without .NET. Not built by this repository's tests: they pull no images.
#   docker build -t spoke-emulator .
#   docker run --rm --network host spoke-emulator --port 4010
# It listens on the loopback address only, so it needs the host's network, or the network of the container under test
# (docker run --network container:NAME …, or network_mode: "service:NAME" in a compose file).
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
RUN apt-get update && apt-get install -y --no-install-recommends clang zlib1g-dev && rm -rf /var/lib/apt/lists/*
WORKDIR /source
COPY . .
RUN cp "$(src/Spoke.Emulator.Native/publish)" /spoke-emulator

FROM mcr.microsoft.com/dotnet/runtime-deps:10.0
COPY --from=build /spoke-emulator /usr/local/bin/spoke-emulator
RUN mkdir /data && chown app /data
USER app
VOLUME /data
ENTRYPOINT ["/usr/local/bin/spoke-emulator"]
CMD ["--port", "4010", "--data", "/data"]
