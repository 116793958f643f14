//! What the sandbox remembers, and where.

use reconcile::sandbox::Sandbox;
use reconcile::sandbox::persist::state_path;
use reconcile::sandbox::world::World;
use serde_json::json;

use super::Caller;

const WORLD: &str =
    "brivo: { groups: [{ id: 15610001, name: Lobby }], users: [{ id: 15620001, name: A Ant, pin: '1234' }] }";

fn opened(world: &std::path::Path) -> Caller {
    let parsed = World::from_yaml(WORLD).unwrap();
    let sandbox = Sandbox::persisted(parsed, world, "2026-03-01T18:00:00Z".parse().unwrap()).unwrap();
    Caller { sandbox, token: None }
}

#[tokio::test]
async fn what_is_written_lasts_until_the_file_is_deleted() {
    let folder = tempfile::tempdir().unwrap();
    let world = folder.path().join("quickstart.yaml");
    let state = state_path(&world);
    assert_eq!(state.file_name().unwrap(), "quickstart.yaml.state.json");

    let mut caller = opened(&world);
    caller.log_in().await;
    assert_eq!(caller.get("/users").await.json()["count"], 1);
    assert!(!state.exists(), "reading leaves no file");
    let made = caller.brivo("POST", "/users", json!({ "firstName": "B", "lastName": "Bee" })).await.json();
    caller.brivo("POST", "/users/15620001/groups", json!({ "addGroups": [15_610_001] })).await;
    let before = serde_json::to_value(caller.sandbox.brivo_state()).unwrap();

    let mut again = opened(&world);
    again.log_in().await;
    assert_eq!(serde_json::to_value(again.sandbox.brivo_state()).unwrap(), before);
    assert_eq!(again.get("/groups/15610001/users").await.json()["count"], 1);
    let next = again.brivo("POST", "/users", json!({ "firstName": "C", "lastName": "Cat" })).await.json();
    assert!(next["id"].as_u64() > made["id"].as_u64());

    std::fs::remove_file(&state).unwrap();
    let mut fresh = opened(&world);
    fresh.log_in().await;
    assert_eq!(fresh.get("/users").await.json()["count"], 1);
}

#[tokio::test]
async fn a_last_line_cut_short_is_as_if_it_had_not_been() {
    let folder = tempfile::tempdir().unwrap();
    let world = folder.path().join("world.yaml");
    let mut caller = opened(&world);
    caller.log_in().await;
    for name in ["B", "C", "D"] {
        caller.brivo("POST", "/users", json!({ "firstName": name, "lastName": "Bee" })).await;
    }
    let path = state_path(&world);
    let text = std::fs::read_to_string(&path).unwrap();
    let last = text.trim_end().rfind('\n').unwrap();
    for end in [last + 1, last + 20, text.len() - 1] {
        std::fs::write(&path, &text[..end]).unwrap();
        let mut again = opened(&world);
        again.log_in().await;
        assert_eq!(again.get("/users").await.json()["count"], 3, "{end}");
    }
    std::fs::write(&path, "{}").unwrap();
    let parsed = World::from_yaml(WORLD).unwrap();
    let error = Sandbox::persisted(parsed, &world, "2026-03-01T18:00:00Z".parse().unwrap()).err().unwrap();
    assert!(error.to_string().contains("delete it to start from the world again"), "{error}");
}
