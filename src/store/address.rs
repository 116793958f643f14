//! Where something is kept, as people write it: a path, or the URL of an object.

use std::fmt;
use std::path::PathBuf;

use reqwest::Url;

use super::StoreError;

/// Where something is kept: one thing, or a folder of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Address {
    /// A file or folder of this machine.
    File(PathBuf),
    /// An object, or the beginning of the keys of several.
    Object {
        /// Whose store.
        cloud: Cloud,
        /// The bucket or container.
        bucket: String,
        /// The key, without a slash at either end.
        key: String,
    },
}

/// Whose object store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cloud {
    /// Amazon S3, and what speaks as it does.
    S3,
    /// Google Cloud Storage.
    Google,
    /// Azure Blob Storage.
    Azure,
}

impl Cloud {
    fn scheme(self) -> &'static str {
        match self {
            Self::S3 => "s3",
            Self::Google => "gs",
            Self::Azure => "az",
        }
    }
}

impl Address {
    /// Reads a path or a URL.
    ///
    /// # Errors
    /// [`StoreError::Address`] when the text names no place.
    pub fn parse(text: &str) -> Result<Self, StoreError> {
        let wrong = |problem| StoreError::Address { text: text.to_owned(), problem };
        if text.trim().is_empty() {
            return Err(wrong("it is empty"));
        }
        let Some((scheme, rest)) = text.split_once("://") else { return Ok(Self::File(text.into())) };
        let cloud = match scheme.to_ascii_lowercase().as_str() {
            "file" => {
                let url = Url::parse(text).map_err(|_| wrong("the URL can't be read"))?;
                let path = url.to_file_path().map_err(|()| wrong("the URL names no file on this machine"))?;
                return Ok(Self::File(path));
            }
            "s3" | "s3a" => Cloud::S3,
            "gs" => Cloud::Google,
            "az" | "azure" | "abfs" => Cloud::Azure,
            _ => return Err(wrong("nothing is known of such URLs")),
        };
        if let Some((_, behind)) = rest.rsplit_once('@') {
            // What stands before it may be a secret, and is not repeated.
            let problem = "credentials come from the environment, not from the URL";
            return Err(StoreError::Address { text: format!("{scheme}://…@{behind}"), problem });
        }
        let (bucket, key) = rest.split_once('/').unwrap_or((rest, ""));
        if bucket.is_empty() || bucket.contains([':', '?', '#']) {
            return Err(wrong("after :// stands the bucket's name"));
        }
        let key = key.trim_matches('/');
        if key.contains(['?', '#']) || key.split('/').any(|part| matches!(part, "." | "..")) {
            return Err(wrong("a key has no `?`, `#`, `.` or `..`"));
        }
        if key.contains("//") || key.chars().any(char::is_control) {
            return Err(wrong("a key has no empty part and no control character"));
        }
        Ok(Self::Object { cloud, bucket: bucket.to_owned(), key: key.to_owned() })
    }

    /// What is called `name` in this folder.
    #[must_use]
    pub fn beneath(&self, name: &str) -> Self {
        match self {
            Self::File(path) => Self::File(path.join(name)),
            Self::Object { cloud, bucket, key } => {
                let key = if key.is_empty() { name.to_owned() } else { format!("{key}/{name}") };
                Self::Object { cloud: *cloud, bucket: bucket.clone(), key }
            }
        }
    }

    /// What stands beside it, under a name that begins with its own.
    #[must_use]
    pub fn beside(&self, suffix: &str) -> Self {
        match self {
            Self::File(path) => {
                let mut path = path.clone().into_os_string();
                path.push(suffix);
                Self::File(path.into())
            }
            Self::Object { cloud, bucket, key } => {
                Self::Object { cloud: *cloud, bucket: bucket.clone(), key: format!("{key}{suffix}") }
            }
        }
    }

    /// What to look at when the place can't be used.
    pub(super) fn credentials(&self) -> &'static str {
        match self {
            Self::File(_) => "check the folder's owner and permissions",
            Self::Object { cloud: Cloud::S3, .. } => {
                "see whether the bucket exists, and AWS_REGION, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (or the machine's role), AWS_ENDPOINT_URL for another S3"
            }
            Self::Object { cloud: Cloud::Google, .. } => {
                "see whether the bucket exists, and GOOGLE_APPLICATION_CREDENTIALS (or the machine's service account)"
            }
            Self::Object { cloud: Cloud::Azure, .. } => {
                "see whether the container exists, and AZURE_STORAGE_ACCOUNT_NAME with AZURE_STORAGE_ACCOUNT_KEY (or the machine's identity)"
            }
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => path.display().fmt(formatter),
            Self::Object { cloud, bucket, key } => write!(formatter, "{}://{bucket}/{key}", cloud.scheme()),
        }
    }
}
