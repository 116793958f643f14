//! Brivo: the log-in, and what of the account it sees.

use super::Found;
use crate::access::Account;
use crate::brivo::Client;
use crate::manifest::Manifest;
use crate::output::count;
use crate::output::doctor::Check;

const BRIVO: &str = "brivo";

/// Asks who the log-in is, then for the two lists.
pub(super) async fn brivo(client: &Client, manifest: &Manifest) -> Found<Account> {
    let mut checks = Vec::new();
    match client.whoami().await {
        Ok(administrator) => {
            let text = format!("log-in: token and API key are good (administrator {})", administrator.0);
            checks.push(Check::ok(BRIVO, text));
        }
        Err(error) => {
            checks.push(Check::fail(BRIVO, format!("log-in: {error}")));
            let text = "users and groups were not checked: first the log-in has to work";
            checks.push(Check::warn(BRIVO, text));
            return Found { checks, then: None };
        }
    }
    match client.lists(&|_, _| ()).await {
        Ok(account) => {
            checks.push(seen(&account, &manifest.brivo.external_id_prefix));
            Found { checks, then: Some(account) }
        }
        Err(error) => {
            checks.push(Check::fail(BRIVO, format!("users and groups: {error}")));
            Found { checks, then: None }
        }
    }
}

fn seen(account: &Account, prefix: &str) -> Check {
    let ids = account.users.values().filter_map(|user| user.external_id.as_ref());
    let managed = ids.filter(|id| id.is_managed(prefix)).count();
    let counted = format!(
        "{} and {} are seen, {managed} of the users are managed (\"{prefix}\")",
        count(account.groups.len(), "group", "groups"),
        count(account.users.len(), "user", "users"),
    );
    if account.groups.is_empty() {
        let text = "make the groups, or let the administrator see them: nobody can be granted anything";
        return Check::fail(BRIVO, format!("{counted}: {text}"));
    }
    Check::ok(BRIVO, counted)
}
