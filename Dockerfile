# Meridian. `docker build -t meridian .` builds the program; docker-compose.yml runs a whole cluster of it.

# Built on Debian 12 with Debian 13's libnng 1.10, the one Meridian needs (docs/decisions/0003), and run on Debian 13.
FROM swift:6.3-bookworm AS build
WORKDIR /src
COPY cluster/install cluster/install
RUN cluster/install build
COPY Package.swift ./
COPY Sources Sources
COPY Tests Tests
RUN swift build -c release --product meridian --static-swift-stdlib \
    && install -D .build/release/meridian /out/meridian \
    && for bundle in .build/release/*.resources; do [ ! -e "$bundle" ] || cp -r "$bundle" /out/; done

FROM debian:trixie-slim
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        ca-certificates curl libnng1 libsqlite3-0 libstdc++6 tzdata zlib1g \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --create-home --home-dir /var/lib/meridian meridian \
    && install -d -o meridian -g meridian -m 0755 /cluster
COPY --from=build /out/ /usr/local/bin/
COPY cluster/compose-init /usr/local/bin/compose-init
USER 10001
WORKDIR /var/lib/meridian
HEALTHCHECK --interval=5s --timeout=3s --start-period=20s --retries=3 \
    CMD ["curl", "--fail", "--silent", "http://127.0.0.1:8101/readyz"]
ENTRYPOINT ["/usr/local/bin/meridian"]
CMD ["--help"]
