//! The address of a service: what may stand in a manifest.

use std::net::IpAddr;

use super::scalar::NoValue;

/// Reads an address; the slash at its end is dropped.
pub(super) fn address(text: &str) -> Result<String, NoValue> {
    let shown = hidden(text);
    let refuse = |message: String, help: &str| NoValue::new("manifest::bad_address", message, help);
    let Some((scheme, rest)) = text.split_once("://") else {
        return Err(refuse(format!("`{shown}` is no address"), "begin it with https://"));
    };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if authority.contains('@') {
        let help =
            "leave the part before the @ out: log-ins come from the environment only, see `reconcile --help`";
        return Err(NoValue::new(
            "manifest::secret",
            "an address holds a user name or a password (R11)",
            help,
        ));
    }
    let host = host(authority);
    match scheme {
        "https" => {}
        "http" if is_loopback(host) => {}
        "http" => {
            let help = format!("write https://{rest}; http is for 127.0.0.1 and localhost only");
            return Err(refuse(format!("`{shown}` would send secrets and names unencrypted"), &help));
        }
        _ => return Err(refuse(format!("`{shown}` is neither https nor http"), "begin it with https://")),
    }
    if host.is_empty() || text.contains(char::is_whitespace) {
        return Err(refuse(format!("`{shown}` names no host"), "write it like https://api.brivo.com/v1/api"));
    }
    if rest.contains(['?', '#']) {
        return Err(refuse(
            format!("`{shown}` goes on after the path"),
            "leave out everything from ? or # on",
        ));
    }
    Ok(text.trim_end_matches('/').to_owned())
}

/// The path of an address, without the slash at its end.
pub(super) fn path(address: &str) -> &str {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    rest.find('/').map_or("", |slash| rest[slash..].trim_end_matches('/'))
}

fn host(authority: &str) -> &str {
    if let Some(literal) = authority.strip_prefix('[') {
        return literal.split(']').next().unwrap_or_default();
    }
    authority.split(':').next().unwrap_or_default()
}

fn is_loopback(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// The address without what may be a secret.
fn hidden(text: &str) -> String {
    match (text.find("://"), text.rfind('@')) {
        (Some(scheme), Some(at)) if scheme < at => format!("{}…{}", &text[..scheme + 3], &text[at..]),
        _ => text.to_owned(),
    }
}
