//! With the feature `rust-bert`: where programs of this package find libtorch when they run.

fn main() {
    println!("cargo::rerun-if-env-changed=LIBTORCH");
    let feature = std::env::var_os("CARGO_FEATURE_RUST_BERT").is_some();
    // Without the variable torch-sys downloads a libtorch into the target folder, where cargo finds it.
    if let (true, Ok(libtorch)) = (feature, std::env::var("LIBTORCH")) {
        println!("cargo::rustc-link-arg=-Wl,-rpath,{libtorch}/lib");
    }
}
