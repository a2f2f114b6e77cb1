# Three stages: the browser's files, the program, and an image that holds the program and nothing else.

FROM node:20-slim AS assets
WORKDIR /src
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY assets assets
RUN node assets/build.mjs

FROM golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY assets assets
COPY assessment assessment
COPY organisation organisation
COPY cmd cmd
COPY content content
COPY events events
COPY platform platform
COPY programme programme
COPY trial trial
COPY forecast forecast
COPY services services
# The bundle goes into the program by go:embed, so it must be there before the build.
COPY --from=assets /src/assets/dist assets/dist
RUN CGO_ENABLED=0 go build -trimpath -ldflags='-s -w' -o /khuevan ./cmd/khuevan

# Certificates and time zones, no shell; "nonroot" is user 65532, as in k8s/.
FROM gcr.io/distroless/static-debian12:nonroot
COPY --from=build /khuevan /khuevan
USER 65532:65532
EXPOSE 8080
ENTRYPOINT ["/khuevan"]
