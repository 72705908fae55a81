# Tinye. `make` alone prints what there is.
.DEFAULT_GOAL := help
SHELL := /bin/sh

# What is built never uses cgo: one file that runs on any Linux of its processor.
export CGO_ENABLED := 0
BUILD := go build -trimpath -ldflags='-s -w'
PLATFORMS := armv6 arm64 amd64

.PHONY: help run build test check fuzz bench torture cross clean need-go $(PLATFORMS)

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 18

run: build ## the demo: own key and data under var/, a simulated gateway, a few rumours
	@exec bin/tinye demo

build: need-go ## bin/tinye for this machine
	@mkdir -p bin
	@$(BUILD) -o bin/tinye ./cmd/tinye

test: need-go ## every test, with the race detector where it works
	@scripts/test-deps
	@scripts/go-test ./...

check: build ## formatting, vet, staticcheck, texts, menus, example configuration
	@unformatted=$$(gofmt -l .); test -z "$$unformatted" || \
		{ echo "not formatted (gofmt -w):"; echo "$$unformatted"; exit 1; }
	@go vet ./...
	@go tool staticcheck ./...
	@bin/tinye locales check
	@bin/tinye flows check >/dev/null
	@bin/tinye config check --example --config scripts/tinye.toml.example

fuzz: need-go ## every fuzz target for 10 s (FUZZTIME=1m make fuzz)
	@scripts/fuzz

bench: need-go ## how much it takes; prints and writes bench.json
	@go run ./cmd/bench

torture: need-go ## the kill loop, 1,000 rounds, a bulletin to 100,000 with 300 kills, then half an hour of random walks
	@scripts/test-deps
	@TINYE_KILL_ROUNDS=1000 go test -count=1 -run TestKill -timeout 2h -v ./cmd/tinye/e2e/...
	@TINYE_RUN_PEOPLE=100000 TINYE_RUN_KILLS=300 go test -count=1 -run TestKillWhileSending -timeout 2h -v ./cmd/tinye/e2e/...
	@TINYE_WALK_FOR=30m go test -count=1 -run TestRandomWalk -timeout 1h ./bot/hotline -rapid.checks=200000 -rapid.nofailfile

cross: $(PLATFORMS) ## dist/tinye-linux-* for armv6, arm64 and amd64, stripped

armv6: export GOARM := 6
armv6: export GOARCH := arm
arm64: export GOARCH := arm64
amd64: export GOARCH := amd64
$(PLATFORMS): export GOOS := linux
$(PLATFORMS): need-go
	@mkdir -p dist
	$(BUILD) -o dist/tinye-linux-$@ ./cmd/tinye

clean: ## remove what was built; var/ with the demo's data stays
	@rm -rf bin dist bench.json

need-go:
	@scripts/need-go
