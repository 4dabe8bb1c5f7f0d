# `./justw RECIPE` runs these on a machine that has only Rust and a C linker.

set positional-arguments

root := justfile_directory()
manifest := "--manifest-path " + quote(root / "Cargo.toml")
bin := env("CARGO_TARGET_DIR", root / "target") / "release" / "standfirst"
python := env("PYTHON", "python3")

# What there is.
default:
    @{{ quote(just_executable()) }} --justfile {{ quote(justfile()) }} --list

# Build, fetch what the default model needs, and summarise PATHs (default: samples/).
[no-cd, no-exit-message]
summarize *ARGS: build
    #!/bin/sh
    set -eu
    [ $# -gt 0 ] || set -- {{ quote(root / "samples") }}
    {{ quote(bin) }} models fetch --quiet ||
        echo "standfirst: going on with the models that need no files" >&2
    exec {{ quote(bin) }} summarize "$@"

# Build, then put models side by side on PATHs (default: samples/).
[no-cd, no-exit-message]
compare *ARGS: build models
    #!/bin/sh
    set -eu
    [ $# -gt 0 ] || set -- {{ quote(root / "samples") }} --model lead --model lexrank --model centroid
    exec {{ quote(bin) }} compare "$@"

# The optimised program.
build:
    @cargo build --release --quiet {{ manifest }} --package standfirst

# Fetch the files of the models that ship with a card; without a network, say so and go on.
models: build
    @{{ quote(bin) }} models fetch --all --quiet || \
        echo "standfirst: going on with the models that need no files" >&2

# All tests. Set STANDFIRST_DATA to a folder of data sets to measure against people's labels too.
test: models
    cargo test {{ manifest }} --workspace

# Formatting, lints and documentation, warnings denied.
check:
    cargo fmt {{ manifest }} --all --check
    cargo clippy {{ manifest }} --workspace --all-targets -- -D warnings
    RUSTDOCFLAGS="-D warnings" cargo doc {{ manifest }} --workspace --no-deps --document-private-items

# Accept the output of today as the snapshots that the tests compare with.
bless:
    INSTA_UPDATE=always cargo test {{ manifest }} --package standfirst
    git -C {{ quote(root) }} diff --stat

# Speed and memory of the whole program, each beside a peer in the same run.
bench *ARGS: build models
    {{ python }} {{ quote(root / "tests/bench/bench.py") }} {{ quote(bin) }} "$@"
