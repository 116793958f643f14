use super::*;

fn files(texts: &[(&str, &str)]) -> Vec<(String, String)> {
    texts.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
}

#[test]
fn a_digest_knows_contents_and_no_order() {
    let one = digest(&files(&[("a.yaml", "x"), ("b.yaml", "y")]));
    let other = digest(&files(&[("b.yaml", "y"), ("a.yaml", "x")]));
    assert_eq!(one, other);
    assert_ne!(one, digest(&files(&[("a.yaml", "x"), ("b.yaml", "z")])));
}

#[test]
fn of_one_file_it_is_what_sha256sum_prints() {
    let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    assert_eq!(digest(&files(&[("reconcile.yaml", "abc")])), abc);
}

#[test]
fn a_directory_is_read_in_the_order_of_names_without_its_subfolders() {
    let directory = tempfile::tempdir().unwrap();
    for name in ["b.yml", "a.yaml", "notes.txt"] {
        std::fs::write(directory.path().join(name), name).unwrap();
    }
    std::fs::create_dir(directory.path().join("deeper.yaml")).unwrap();
    let names: Vec<PathBuf> = names(directory.path()).unwrap();
    assert_eq!(names, ["a.yaml", "b.yml"].map(|name| directory.path().join(name)));
}
