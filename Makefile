# Meridian. `make up` and `make test` are all the set-up there is; `make help` lists the rest.
SHELL := /bin/bash
JOBS ?= 2
RELEASE := .build/release/meridian

.PHONY: help up down demo status test check unit-tests format lint release bench sim fuzz chaos nightly clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

up: ## install what is missing, build, start three regions and a coordinator
	@cluster/install build demo
	@$(MAKE) --no-print-directory release
	@cluster/demo up

down: ## stop what `make up` started
	@cluster/demo down

demo: up ## play the story: an alert, a page, a dead region, a tap on a link
	@cluster/demo story

status: ## what the demo cluster says of itself
	@$(RELEASE) cluster status

release:
	@echo "building (the first time takes some 15 minutes on two cores)"
	@swift build -c release --product meridian -j $(JOBS) \
		|| { echo "make: the build failed; the compiler's first error is above" >&2; exit 1; }

test: ## build as `make up` does, and run all tests
	@cluster/install build test
	@$(MAKE) --no-print-directory unit-tests
	@cluster/run-tests -c release --filter ClusterTests

check: lint unit-tests ## the quick form for developers: formatting, and all tests but those on real processes

unit-tests:
	@swift build -c release --build-tests -j $(JOBS)
	@cluster/run-tests -c release --no-parallel --skip ClusterTests

lint: ## formatting and scripts, as CI checks them
	@cluster/lint

format: ## write the sources as `make lint` wants them
	@swift format format --in-place --parallel --recursive Package.swift Sources Tests

sim: release ## 2,000 fresh seeds through the simulator (SEED=n begins at n)
	@first=$${SEED:-$$((RANDOM * 1000))}; $(RELEASE) sim run --require-marks --seeds $$first..$$((first + 1999))

nightly: sim ## hours: seeds, planted bugs, the whole model, fuzzing, chaos, partitions, a day, calls, a browser
	@$(RELEASE) sim plants --up-to 2000
	@docs/model/check
	@/usr/bin/python3 Benchmarks/oncall.py
	@$(MAKE) --no-print-directory test
	@swift build --build-tests -j $(JOBS)
	@cluster/run-tests --no-parallel --skip ClusterTests
	@FUZZ_FACTOR=50 FUZZ_SEED=$$RANDOM swift test -c release --skip-build --no-parallel --filter FuzzTests
	@cluster/fuzz --seconds 120
	@cluster/chaos 1800 --seed $$RANDOM
	@cluster/chaos 300 --seed $$RANDOM --beyond
	@cluster/apart
	@cluster/fastday --seed $$RANDOM
	@cluster/fastday thousand --within 1
	@cluster/install api browser
	@cluster/api-check 120 --seed $$RANDOM
	@cluster/browser all

fuzz: ## every decoder under libFuzzer, in a build of its own (SECONDS=60 each)
	@cluster/install build test
	@cluster/fuzz --seconds $(or $(SECONDS),60)

chaos: release ## a real cluster with a WAN under a plan of faults, as root (SECONDS=60 SEED=1)
	@cluster/install test
	@cluster/chaos $(or $(SECONDS),60) --seed $(or $(SEED),1)

bench: ## measure, beside etcd and Alertmanager where they are installed
	@cluster/install build demo bench
	@$(MAKE) --no-print-directory release
	@Benchmarks/run
	@/usr/bin/python3 Benchmarks/oncall.py

clean: down ## remove the demo cluster's files and the build
	@rm -rf run .build
