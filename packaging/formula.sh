#!/bin/sh
# formula.sh VERSION HOMEPAGE DIST: the formula of a release, with the sums of the archives in DIST.
set -eu
version=$1 homepage=$2 dist=$3
sum() { sha256sum "$dist/standfirst-$version-$1.tar.gz" | cut -d' ' -f1; }
arm_mac=$(sum aarch64-apple-darwin)
intel=$(sum x86_64-unknown-linux-musl)
arm=$(sum aarch64-unknown-linux-musl)
sed -e "s|@VERSION@|$version|g" -e "s|@HOMEPAGE@|$homepage|g" \
    -e "s|@SHA256_AARCH64_APPLE_DARWIN@|$arm_mac|" \
    -e "s|@SHA256_X86_64_UNKNOWN_LINUX_MUSL@|$intel|" \
    -e "s|@SHA256_AARCH64_UNKNOWN_LINUX_MUSL@|$arm|" \
    "$(dirname "$0")/standfirst.rb.in"
