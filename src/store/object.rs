//! What is kept in an object store. Credentials come from each cloud's usual environment; what a store says is told without what
//! could be one.

use std::sync::Arc;
use std::time::Duration;

use object_store::aws::{AmazonS3Builder, AmazonS3ConfigKey};
use object_store::azure::{AzureConfigKey, MicrosoftAzureBuilder};
use object_store::gcp::{GoogleCloudStorageBuilder, GoogleConfigKey};
use object_store::path::Path;
use object_store::{
    Certificate, ClientOptions, Error, ObjectStore, ObjectStoreExt as _, PutMode, PutOptions, RetryConfig,
    UpdateVersion,
};
use reqwest::Url;

use super::address::{Address, Cloud};
use super::{Condition, Found, Put, StoreError, Version};

/// How long one call may take, its answer included.
const CALL: Duration = Duration::from_secs(15);
/// How long a call is tried again, from its first try on.
const RETRIES: Duration = Duration::from_secs(30);
/// How much of what a store says is told, in characters.
const TOLD: usize = 300;

#[derive(Debug)]
pub(super) struct Kept {
    address: Address,
    store: Arc<dyn ObjectStore>,
    key: Path,
}

impl Kept {
    pub(super) fn open(address: &Address) -> Result<Self, StoreError> {
        let wrong = |reason: String| StoreError::SetUp { address: address.clone(), reason };
        let Address::Object { cloud, bucket, key } = address else {
            return Err(wrong("it is no object".to_owned()));
        };
        if key.is_empty() {
            return Err(wrong("the key is missing".to_owned()));
        }
        let store = match cloud {
            Cloud::S3 => s3(bucket),
            Cloud::Google => google(bucket),
            Cloud::Azure => azure(bucket),
        };
        let store = store.map_err(wrong)?;
        let key = Path::parse(key).map_err(|error| wrong(error.to_string()))?;
        Ok(Self { address: address.clone(), store, key })
    }

    pub(super) async fn get(&self, longest: u64) -> Result<Option<Found>, StoreError> {
        let answer = match self.store.get(&self.key).await {
            Ok(answer) => answer,
            Err(Error::NotFound { source, .. }) if !is_bucket(&*source) => return Ok(None),
            Err(error) => return Err(self.failed(&error)),
        };
        if answer.meta.size > longest {
            return Err(StoreError::TooLong { address: self.address.clone(), longest });
        }
        let version = Version { tag: answer.meta.e_tag.clone(), generation: answer.meta.version.clone() };
        let bytes = answer.bytes().await.map_err(|error| self.failed(&error))?.to_vec();
        Ok(Some(Found { bytes, version }))
    }

    pub(super) async fn put(&self, bytes: Vec<u8>, condition: Condition<'_>) -> Result<Put, StoreError> {
        let mode = match condition {
            Condition::Absent => PutMode::Create,
            Condition::Unchanged(Version { tag, generation }) => {
                PutMode::Update(UpdateVersion { e_tag: tag.clone(), version: generation.clone() })
            }
        };
        match self.store.put_opts(&self.key, bytes.into(), PutOptions::from(mode)).await {
            Ok(put) => Ok(Put::Done(Version { tag: put.e_tag, generation: put.version })),
            Err(Error::AlreadyExists { .. } | Error::Precondition { .. }) => Ok(Put::Refused),
            Err(error) => Err(self.failed(&error)),
        }
    }

    fn failed(&self, error: &Error) -> StoreError {
        let (address, reason) = (self.address.clone(), without_secrets(error));
        let is_denied = matches!(error, Error::PermissionDenied { .. } | Error::Unauthenticated { .. });
        if is_denied {
            StoreError::Denied { address, reason }
        } else {
            StoreError::Failed { address, reason }
        }
    }
}

/// Whether it is the bucket that is not there.
fn is_bucket(error: &(dyn std::error::Error + 'static)) -> bool {
    let text = error.to_string();
    text.contains("NoSuchBucket")
        || text.contains("ContainerNotFound")
        || text.contains("bucket does not exist")
}

fn s3(bucket: &str) -> Result<Arc<dyn ObjectStore>, String> {
    let builder = AmazonS3Builder::from_env().with_bucket_name(bucket).with_retry(retries());
    let endpoint = builder
        .get_config_value(&AmazonS3ConfigKey::S3Endpoint)
        .or_else(|| builder.get_config_value(&AmazonS3ConfigKey::Endpoint));
    let store = builder.with_client_options(client(endpoint.as_deref())?).build();
    Ok(Arc::new(store.map_err(|error| without_secrets(&error))?))
}

fn google(bucket: &str) -> Result<Arc<dyn ObjectStore>, String> {
    let builder = GoogleCloudStorageBuilder::from_env().with_bucket_name(bucket).with_retry(retries());
    let endpoint = builder.get_config_value(&GoogleConfigKey::BaseUrl);
    let store = builder.with_client_options(client(endpoint.as_deref())?).build();
    Ok(Arc::new(store.map_err(|error| without_secrets(&error))?))
}

fn azure(container: &str) -> Result<Arc<dyn ObjectStore>, String> {
    let builder = MicrosoftAzureBuilder::from_env().with_container_name(container).with_retry(retries());
    // The emulator, where the environment asks for it, is spoken to in plain http by its client itself.
    check_plain(std::env::var("AZURITE_BLOB_STORAGE_URL").ok().as_deref())?;
    let endpoint = builder.get_config_value(&AzureConfigKey::Endpoint);
    let store = builder.with_client_options(client(endpoint.as_deref())?).build();
    Ok(Arc::new(store.map_err(|error| without_secrets(&error))?))
}

fn retries() -> RetryConfig {
    RetryConfig { max_retries: 5, retry_timeout: RETRIES, ..RetryConfig::default() }
}

/// How the store is called.
fn client(endpoint: Option<&str>) -> Result<ClientOptions, String> {
    let mut options = ClientOptions::new().with_timeout(CALL);
    for root in webpki_root_certs::TLS_SERVER_ROOT_CERTS {
        if let Ok(root) = Certificate::from_der(root) {
            options = options.with_root_certificate(root);
        }
    }
    Ok(match check_plain(endpoint)? {
        Scheme::Encrypted => options,
        Scheme::PlainOnThisMachine => options.with_allow_http(true),
    })
}

/// How an endpoint may be spoken to.
enum Scheme {
    Encrypted,
    PlainOnThisMachine,
}

/// Plain `http://` is for a server on this machine only, whatever the environment allows.
fn check_plain(endpoint: Option<&str>) -> Result<Scheme, String> {
    match endpoint.filter(|endpoint| endpoint.to_ascii_lowercase().starts_with("http://")) {
        None => Ok(Scheme::Encrypted),
        Some(endpoint) if is_loopback(endpoint) => Ok(Scheme::PlainOnThisMachine),
        Some(_) => Err("its endpoint is plain http:// and not on this machine".to_owned()),
    }
}

fn is_loopback(endpoint: &str) -> bool {
    let Ok(url) = Url::parse(endpoint) else { return false };
    let Some(host) = url.host_str() else { return false };
    let address = host.trim_matches(['[', ']']).parse::<std::net::IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}

/// What a store said, on one line: no query of a URL, which may carry a signature, and no more than a reader needs.
fn without_secrets(error: &Error) -> String {
    let text = error.to_string();
    let mut words = text.split_whitespace().map(|word| match word.split_once('?') {
        Some((before, _)) if before.contains("://") => before,
        _ => word,
    });
    let line = words.by_ref().collect::<Vec<_>>().join(" ");
    let told: String = line.chars().filter(|letter| !letter.is_control()).take(TOLD).collect();
    if told.len() < line.len() { format!("{told}…") } else { told }
}
