# `./justw RECIPE` runs these on a machine that has only Rust and a C linker.

set positional-arguments

root := justfile_directory()
manifest := "--manifest-path " + quote(root / "Cargo.toml")
bin := env("CARGO_TARGET_DIR", root / "target") / "release" / "standfirst"
python := env("PYTHON", "python3")
cache := env("XDG_CACHE_HOME", env("HOME", root / "target") / ".cache") / "standfirst"
# Features of the program beyond the default: STANDFIRST_FEATURES=rust-bert ./justw summarize …
features := env("STANDFIRST_FEATURES", "")
# The models with files that tests need.
tested := "centroid salience news-tone smollm2-135m entail"
# Where the feature rust-bert finds libtorch, unless LIBTORCH says that it is elsewhere.
libtorch := cache / "libtorch-2.4.1"

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

# Build, put models side by side on PATHs (default: samples/), and write the page standfirst-compare.html.
[no-cd, no-exit-message]
compare *ARGS: build models
    #!/bin/sh
    set -eu
    [ $# -gt 0 ] || set -- {{ quote(root / "samples") }} --model lead --model lexrank --model centroid
    case " $* " in
        *" --page"*|*" --out"*|*" -o "*|*" --format"*|*" -f "*|*" --help"*) ;;
        *) set -- "$@" --page standfirst-compare.html ;;
    esac
    exec {{ quote(bin) }} compare "$@"

# Build, and tell what PATHs (default: samples/) have in common: copies, events, timeline, who said what.
[no-cd, no-exit-message]
storylines *ARGS: build
    #!/bin/sh
    set -eu
    [ $# -gt 0 ] || set -- {{ quote(root / "samples") }}
    exec {{ quote(bin) }} storylines "$@"

# The optimised program.
build:
    #!/bin/sh
    set -eu
    case ",{{ features }}," in *,rust-bert,*)
        {{ quote(just_executable()) }} --justfile {{ quote(justfile()) }} libtorch
        [ -n "${LIBTORCH:-}" ] || export LIBTORCH={{ quote(libtorch) }} LIBTORCH_CXX11_ABI=0
    esac
    exec cargo build --release --quiet {{ manifest }} --package standfirst-cli --features {{ quote(features) }}

# Fetch the files of the models that tests and benches use, 650 MB, and not those of every card, which are many times as
# much; without a network, say so and go on.
models: build
    @{{ quote(bin) }} models fetch --quiet {{ tested }} || \
        echo "standfirst: going on with the models that need no files" >&2

# Without the data sets that STANDFIRST_DATA names, the tests that need them are left out; without a network
# and the files of `tested`, those that need these.
# All tests that can run here.
test: models
    #!/bin/sh
    set -eu
    if [ -n "${STANDFIRST_DATA:-}" ]; then
        set -- --include-ignored
    elif {{ quote(bin) }} models fetch --offline --quiet {{ tested }}; then
        echo "standfirst: STANDFIRST_DATA names no data sets; tests that need them are left out" >&2
        set -- --include-ignored --skip with_data_
    else
        echo "standfirst: tests that need data sets, or files of models, are left out" >&2
    fi
    exec cargo test {{ manifest }} --workspace -- "$@"

# The program with its manual pages and completions, as an archive in dist/, with its sum; TARGET is one of rustc's,
# for a static one x86_64-unknown-linux-musl after `rustup target add`.
# An archive to give to others.
dist TARGET="":
    #!/bin/sh
    set -eu
    host=$(rustc -vV | sed -n 's/^host: //p') target=${1:-}
    cd {{ quote(root) }}
    built=$({{ quote(just_executable()) }} --justfile {{ quote(justfile()) }} _program "$target")
    version=$("$built" --version | cut -d' ' -f2)
    name=standfirst-$version-${target:-$host}
    rm -rf "dist/$name" && mkdir -p "dist/$name/completions" "dist/$name/models"
    # Not quite empty: not every tool keeps folders that are. Containerfile says what it is for.
    : > "dist/$name/models/.keep"
    cp "$built" README.md CHANGELOG.md LICENSE-MIT LICENSE-APACHE packaging/Containerfile "dist/$name"
    "$built" man --dir "dist/$name/man"
    "$built" completions bash > "dist/$name/completions/standfirst.bash"
    "$built" completions zsh > "dist/$name/completions/_standfirst"
    "$built" completions fish > "dist/$name/completions/standfirst.fish"
    {{ python }} packaging/archive.py "dist/$name" "$(git log -1 --format=%ct)"
    rm -rf "dist/$name"
    cd dist && sha256sum "$name.tar.gz" | tee "$name.tar.gz.sha256"

# Builds the program for TARGET, and prints where it is.
_program TARGET:
    #!/bin/sh
    set -eu
    cd {{ quote(root) }} && target=$1
    cargo build --release --locked --quiet --package standfirst-cli ${target:+--target "$target"}
    built=${CARGO_TARGET_DIR:-{{ quote(root) }}/target}/${target:+$target/}release/standfirst
    [ -f "$built" ] || built=$built.exe
    echo "$built"

# The program where the wheel takes it from, built for TARGET.
wheel-program TARGET="":
    #!/bin/sh
    set -eu
    cd {{ quote(root) }}
    built=$({{ quote(just_executable()) }} --justfile {{ quote(justfile()) }} _program "${1:-}")
    mkdir -p crates/python/standfirst.data/scripts && cp "$built" crates/python/standfirst.data/scripts/

# Its build tool comes by pip into .tools/; the program goes into the wheel beside the library.
# The wheel of the Python package, into dist/.
wheel: wheel-program
    #!/bin/sh
    set -eu
    tools={{ quote(root / ".tools/wheel") }}
    [ -x "$tools/bin/maturin" ] || { {{ python }} -m venv "$tools" && "$tools/bin/pip" install --quiet 'maturin>=1.9.4,<2'; }
    rm -f {{ quote(root / "dist") }}/standfirst-*.whl
    exec "$tools/bin/maturin" build --quiet --release --locked --out {{ quote(root / "dist") }} \
        --manifest-path {{ quote(root / "crates/python/Cargo.toml") }}

# `ray` tests on a cluster of two nodes on this machine, too; `if-possible` passes where pip or the packages cannot be had.
# The wheel in a fresh environment.
test-python EXTRAS="test" MODE="": wheel
    #!/bin/sh
    set -eu
    fresh=$(mktemp -d) && trap 'rm -rf "$fresh"' EXIT
    wheel=$(echo {{ quote(root / "dist") }}/standfirst-*.whl)
    if ! { {{ python }} -m venv "$fresh" && "$fresh/bin/pip" install --quiet "$wheel[$1]"; }; then
        echo "standfirst: the Python package was not tested; pip could not install it" >&2
        [ "$2" = if-possible ] && exit 0 || exit 1
    fi
    cd "$fresh"
    PATH="$fresh/bin:$PATH" standfirst --version
    ./bin/python -m pytest -q -p no:cacheprovider {{ quote(root / "crates/python/tests") }}
    ./bin/python -c "import doctest, standfirst; raise SystemExit(doctest.testmod(standfirst).failed)"

# CHROMIUM and FIREFOX name browsers; root on Debian gets them by apt-get. `if-possible` passes without node, npm or any
# browser, and says so.
# The page in real browsers, with the network off.
test-page MODE="": build
    #!/bin/sh
    set -eu
    first() { for name; do command -v "$name" && return; done; true; }
    # Not called as the browsers are: the shell would find itself.
    find_chromium() { first chromium chromium-browser google-chrome; }
    find_firefox() { first firefox-esr firefox; }
    install() {
        [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1 || return 0
        echo "standfirst: installing $1" >&2
        { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y "$1"; } >/dev/null 2>&1 || true
    }
    CHROMIUM=${CHROMIUM:-$(find_chromium)}
    FIREFOX=${FIREFOX:-$(find_firefox)}
    [ -n "$CHROMIUM" ] || { install chromium; CHROMIUM=$(find_chromium); }
    [ -n "$FIREFOX" ] || { install firefox-esr; FIREFOX=$(find_firefox); }
    missing=
    [ -n "$CHROMIUM$FIREFOX" ] || missing="a browser (name it in CHROMIUM or FIREFOX)"
    command -v npm >/dev/null 2>&1 || missing="${missing:+$missing and }node with npm"
    cd {{ quote(root / "tests/page") }}
    if [ -z "$missing" ] && ! npm ci --silent --no-audit --no-fund >/dev/null 2>&1; then
        missing="the packages of tests/page/package-lock.json (npm ci failed)"
    fi
    if [ -n "$missing" ]; then
        echo "standfirst: the page was not tested in a browser; it needs $missing" >&2
        [ "{{ MODE }}" = if-possible ] && exit 0 || exit 1
    fi
    export STANDFIRST={{ quote(bin) }}
    for browser in CHROMIUM FIREFOX; do
        eval "path=\$$browser"
        if [ -n "$path" ]; then
            (unset CHROMIUM FIREFOX; export "$browser=$path"; node --test)
        else
            echo "standfirst: the page was not tested in $browser, which is not there" >&2
        fi
    done

# Lay out libtorch for the feature rust-bert: 800 MB to fetch, 430 MB kept in the cache folder.
libtorch:
    @[ -n "${LIBTORCH:-}" ] || {{ python }} {{ quote(root / "crates/summarizer/libtorch.py") }} {{ quote(libtorch) }}

# Like every recipe but `build` they are of the whole workspace, so that cargo resolves the features of what we depend on
# alike and compiles it once.
# Tests and lints of the features beyond the default, rust-bert and otel.
test-features: libtorch models
    #!/bin/sh
    set -eu
    [ -n "${LIBTORCH:-}" ] || export LIBTORCH={{ quote(libtorch) }} LIBTORCH_CXX11_ABI=0
    test() { cargo test {{ manifest }} --workspace --features rust-bert,otel "$@"; }
    # Packages that are only libraries do not know where their tests find libtorch.
    LD_LIBRARY_PATH="${LIBTORCH}/lib${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}" test --lib rust_bert
    test --test libtorch -- --include-ignored
    test --test cli -- models_are_listed telemetry
    cargo clippy {{ manifest }} --workspace --features rust-bert,otel --all-targets -- -D warnings

# Formatting, lints and documentation, warnings denied.
check:
    cargo fmt {{ manifest }} --all --check
    cargo clippy {{ manifest }} --workspace --all-targets -- -D warnings
    # The program by itself: its page would take the place of the library's of the same name.
    RUSTDOCFLAGS="-D warnings" cargo doc {{ manifest }} --workspace --bin standfirst --no-deps --document-private-items
    RUSTDOCFLAGS="-D warnings" cargo doc {{ manifest }} --workspace --no-deps --document-private-items

# The first time cargo-fuzz is built, for some minutes; a nightly toolchain is needed. What it finds is kept in
# fuzz/corpus and fuzz/artifacts, which are no part of the repository.
# Knock at one door (a target of fuzz/) with any bytes, for SECONDS: fuzz TARGET SECONDS.
fuzz TARGET SECONDS="60":
    #!/bin/sh
    set -eu
    PATH={{ quote(root / ".tools/bin") }}:$PATH
    command -v cargo-fuzz >/dev/null 2>&1 || cargo install cargo-fuzz --locked --root {{ quote(root / ".tools") }}
    cd {{ quote(root / "fuzz") }}
    # What is built is what the program is built of, not what is newest.
    [ -f Cargo.lock ] || cp ../Cargo.lock .
    mkdir -p "corpus/$1"
    set -- "$1" "$2" "corpus/$1" "seeds/$1"
    case $1 in
        checkpoint) set -- "$1" "$2" "$3" ../tests/golden/seq2seq/bart ../tests/golden/seq2seq/t5 ;;
        gguf) set -- "$1" "$2" "$3" ../tests/golden/gguf ;;
        safetensors) set -- "$1" "$2" "$3" ../tests/golden/seq2seq/bert ;;
    esac
    target=$1 seconds=$2
    shift 2
    exec cargo +nightly fuzz run "$target" --fuzz-dir . "$@" -- -max_total_time="$seconds" \
        -timeout=30 -rss_limit_mb=4096 -print_final_stats=1

# A minute at every door; goes on past a broken one, and fails then.
fuzz-nightly SECONDS="60":
    #!/bin/sh
    set -u
    broken=
    for target in {{ quote(root / "fuzz/fuzz_targets") }}/*.rs; do
        target=$(basename "$target" .rs)
        {{ quote(just_executable()) }} --justfile {{ quote(justfile()) }} fuzz "$target" "$1" || broken="$broken $target"
    done
    [ -z "$broken" ] || { echo "standfirst: broken doors:$broken" >&2; exit 1; }

# The orders in which the threads of a run may take turns, as far as chance finds them.
shuttle:
    RUSTFLAGS="--cfg shuttle" CARGO_TARGET_DIR={{ quote(root / "target/shuttle") }} \
        cargo test {{ manifest }} --package standfirst-core --lib -- run::flight run::column

# Needs a nightly toolchain with Miri, which rustup fetches; some minutes.
# Whether the arithmetic of spans, and the kernels in plain Rust that those with unsafe are held to, are sound.
miri:
    #!/bin/sh
    set -eu
    rustup component add --toolchain nightly miri rust-src
    # By the newer rules of borrowing: crossbeam-epoch, under rayon, is known to break the older ones. Its pool of threads is
    # never taken down.
    export CARGO_TARGET_DIR={{ quote(root / "target/miri") }}
    export MIRIFLAGS="-Zmiri-disable-isolation -Zmiri-tree-borrows -Zmiri-ignore-leaks"
    miri() { cargo +nightly miri test {{ manifest }} --lib "$@"; }
    miri --package standfirst-core -- article::tests
    miri --package standfirst-text -- repair::block reading::rows
    miri --package standfirst-summarizer -- native::quant native::half

# Kills, starves and blinds the built program for SECONDS, by SEED, and looks whether any result is lost.
torture SECONDS="300" SEED="1": build
    {{ python }} {{ quote(root / "tests/torture/torture.py") }} {{ quote(bin) }} "$1" "$2"

# The first time cargo-deny is built, for some minutes; `if-possible` passes where it is not there, and says so. Faults
# that are known need a network; without, that is said.
# Known faults of what we depend on, its licences, doubles and sources.
deny MODE="":
    #!/bin/sh
    set -eu
    PATH={{ quote(root / ".tools/bin") }}:$PATH
    if ! command -v cargo-deny >/dev/null 2>&1; then
        if [ "{{ MODE }}" = if-possible ]; then
            echo "standfirst: what we depend on was not looked at: there is no cargo-deny (./justw deny builds it)" >&2
            exit 0
        fi
        cargo install cargo-deny --locked --root {{ quote(root / ".tools") }}
    fi
    deny() { cargo deny {{ manifest }} "$@"; }
    deny check bans licenses sources
    if deny fetch db >/dev/null 2>&1; then
        deny check advisories
    else
        echo "standfirst: no database of advisories can be had; known faults were not looked for" >&2
    fi

# Without --no-verify every package is also compiled from what it holds, each with its dependencies: a quarter of an hour.
# What would be published.
package *ARGS:
    cargo package {{ manifest }} --workspace --quiet "$@"

# Accept the output of today as the snapshots that the tests compare with.
bless:
    INSTA_UPDATE=always cargo test {{ manifest }} --workspace --test cli
    git -C {{ quote(root) }} diff --stat

# Speed and memory of the whole program, each beside a peer in the same run: bench [--articles FILE] [--only plain,scale] [--json FILE].
bench *ARGS: build models
    #!/bin/sh
    set -eu
    peers={{ quote(root / "target/peers-plain") }}
    [ -x "$peers/bin/python" ] || {{ python }} -m venv "$peers"
    "$peers/bin/python" -m pip install --quiet --disable-pip-version-check \
        sumy==0.11.0 numpy==2.4.6 rouge-score==0.1.2 vaderSentiment==3.3.2
    exec "$peers/bin/python" {{ quote(root / "tests/bench/bench.py") }} {{ quote(bin) }} "$@"

# valgrind comes by apt-get for root on Debian; `if-possible` passes where it is not there, and says so; `--accept` takes today's
# counts for those to hold to.
# Instructions of five hot paths, held to what was accepted.
instructions MODE="": build
    #!/bin/sh
    set -eu
    if ! command -v valgrind >/dev/null 2>&1 && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
        echo "standfirst: installing valgrind" >&2
        { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y valgrind; } >/dev/null 2>&1 || true
    fi
    if ! command -v valgrind >/dev/null 2>&1; then
        echo "standfirst: instructions were not counted; it needs valgrind" >&2
        [ "$1" = if-possible ] && exit 0 || exit 1
    fi
    case $1 in
        ""|if-possible) set -- ;;
        --accept) ;;
        *) echo "standfirst: instructions takes nothing, if-possible or --accept, not $1" >&2; exit 2 ;;
    esac
    exec {{ python }} {{ quote(root / "tests/bench/instructions.py") }} {{ quote(bin) }} "$@"

# The model that writes, beside llama.cpp on the same file and prompts; takes about five minutes a run.
bench-peers *ARGS: build models
    #!/bin/sh
    set -eu
    peers={{ quote(root / "target/peers") }}
    [ -x "$peers/bin/python" ] || {{ python }} -m venv "$peers"
    "$peers/bin/python" -m pip install --quiet --disable-pip-version-check llama-cpp-python==0.3.36
    exec "$peers/bin/python" {{ quote(root / "tests/bench/peers.py") }} {{ quote(bin) }} "$@"

# The sentence encoder beside ONNX Runtime on the same weights: bench-encoder SENTENCES [--json FILE], a sentence a line.
bench-encoder *ARGS: build models
    #!/bin/sh
    set -eu
    peers={{ quote(root / "target/peers-encoder") }}
    [ -x "$peers/bin/python" ] || {{ python }} -m venv "$peers"
    "$peers/bin/python" -m pip install --quiet --disable-pip-version-check \
        onnx==1.23.2 onnxruntime==1.32.0 numpy==2.4.6 safetensors==0.8.0 tokenizers==0.23.3
    exec "$peers/bin/python" {{ quote(root / "tests/bench/encoder.py") }} {{ quote(bin) }} "$@"

# An encoder-decoder of DistilBART-12-6's shape beside CTranslate2, on the same random weights; 1.6 GB of disk, minutes a
# round: bench-seq2seq [--articles N] [--rounds N] [--json FILE].
bench-seq2seq *ARGS:
    #!/bin/sh
    set -eu
    peers={{ quote(root / "target/peers-seq2seq") }}
    [ -x "$peers/bin/python" ] || {{ python }} -m venv "$peers"
    "$peers/bin/python" -m pip install --quiet --disable-pip-version-check ctranslate2==4.8.5 numpy==2.4.6 safetensors==0.8.0
    exec "$peers/bin/python" {{ quote(root / "tests/bench/seq2seq.py") }} "$@"

# The article on real pages, beside trafilatura: bench-extraction DATA [--texts FILE] [--rows FOLDER].
bench-extraction *ARGS: build
    #!/bin/sh
    set -eu
    peers={{ quote(root / "target/peers-extraction") }}
    [ -x "$peers/bin/python" ] || {{ python }} -m venv "$peers"
    "$peers/bin/python" -m pip install --quiet --disable-pip-version-check trafilatura==2.2.0 lxml_html_clean numpy==2.4.6
    exec "$peers/bin/python" {{ quote(root / "tests/bench/extraction.py") }} {{ quote(bin) }} "$@"
