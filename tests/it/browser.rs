//! A real browser, driven by the WebDriver protocol: Chromium with its chromedriver, where the machine has them. Where it has none the tests
//! that need one say so and pass; `RECONCILE_BROWSER=required` makes them fail instead.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use base64::Engine as _;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// A browser with one window.
pub(crate) struct Browser {
    driver: Child,
    address: String,
    client: reqwest::Client,
    runtime: Runtime,
    profile: TempDir,
}

impl Browser {
    /// Starts one; none where the machine has none.
    pub(crate) fn start() -> Option<Self> {
        let is_required = std::env::var_os("RECONCILE_BROWSER").is_some_and(|value| value == "required");
        let spawned = Command::new("chromedriver")
            .args(["--port=0"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn();
        let mut driver = match spawned {
            Ok(driver) => driver,
            Err(error) if is_required => panic!("chromedriver can't be started: {error}"),
            Err(error) => {
                eprintln!(
                    "NOT TESTED in a browser: chromedriver can't be started ({error}); install chromium-driver"
                );
                return None;
            }
        };
        let port = port(&mut driver);
        let profile = tempfile::tempdir().unwrap();
        let mut browser = Self {
            driver,
            address: format!("http://127.0.0.1:{port}"),
            client: reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(120)).build().unwrap(),
            runtime: Runtime::new().unwrap(),
            profile,
        };
        browser.open_session();
        Some(browser)
    }

    fn open_session(&mut self) {
        let profile = format!("--user-data-dir={}", self.profile.path().display());
        let flags = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--window-size=1280,1000",
            profile.as_str(),
        ];
        let options = json!({"args": flags});
        let wanted = json!({"goog:chromeOptions": options, "goog:loggingPrefs": {"browser": "ALL"}});
        let session = self.call("/session", &json!({"capabilities": {"alwaysMatch": wanted}}));
        self.address = format!("{}/session/{}", self.address, session["sessionId"].as_str().unwrap());
    }

    /// Opens a file.
    pub(crate) fn open(&self, path: &Path) {
        self.call("/url", &json!({"url": format!("file://{}", path.display())}));
    }

    /// Runs a function's body in the page and returns what it returns.
    pub(crate) fn run(&self, script: &str) -> Value {
        self.call("/execute/sync", &json!({"script": script, "args": []}))
    }

    /// Types into the search, as a person does, and waits until the page has followed.
    pub(crate) fn search(&self, text: &str) -> String {
        let script = "const [text, done] = arguments; const field = document.getElementById('q'); field.value = text; \
                      field.dispatchEvent(new Event('input')); \
                      requestAnimationFrame(() => requestAnimationFrame(() => done(document.getElementById('found').textContent)));";
        let found = self.call("/execute/async", &json!({"script": script, "args": [text]}));
        found.as_str().unwrap().to_owned()
    }

    /// What the window shows, as a PNG.
    pub(crate) fn screenshot(&self) -> Vec<u8> {
        let request = self.client.get(format!("{}/screenshot", self.address));
        let answer =
            self.runtime.block_on(async { request.send().await.unwrap().json::<Value>().await.unwrap() });
        base64::engine::general_purpose::STANDARD.decode(answer["value"].as_str().unwrap()).unwrap()
    }

    /// What the page has complained about since it was asked last.
    pub(crate) fn complaints(&self) -> Vec<Value> {
        self.call("/se/log", &json!({"type": "browser"})).as_array().unwrap().clone()
    }

    fn call(&self, path: &str, body: &Value) -> Value {
        let request = self.client.post(format!("{}{path}", self.address)).json(body);
        let answer =
            self.runtime.block_on(async { request.send().await.unwrap().json::<Value>().await.unwrap() });
        assert!(answer["value"]["error"].is_null(), "{path}: {answer}");
        answer["value"].clone()
    }
}

/// The port that the driver says it took.
fn port(driver: &mut Child) -> u16 {
    let lines = BufReader::new(driver.stdout.take().unwrap()).lines();
    let said = lines.map_while(Result::ok).find_map(|line| {
        let (_, rest) = line.split_once("started successfully on port ")?;
        rest.trim_end_matches('.').parse().ok()
    });
    said.expect("the driver says on which port it listens")
}

impl Drop for Browser {
    fn drop(&mut self) {
        let quit = self.client.delete(&self.address);
        drop(self.runtime.block_on(async { quit.send().await }));
        drop(self.driver.kill());
        drop(self.driver.wait());
    }
}
