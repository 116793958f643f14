//! What the stages work on: a made-up portfolio, once with nobody in Brivo yet and once with everybody there who should be.

use std::collections::BTreeSet;

use reconcile::access::{Account, Instant, PropertyId};
use reconcile::brivo::token::BrivoLogin;
use reconcile::commands::planning::everything::read_everything;
use reconcile::commands::planning::{Leases, Planned, Question, Services, plan};
use reconcile::desired::Desired;
use reconcile::http::Transport;
use reconcile::http::message::parse_address;
use reconcile::manifest::{self, Manifest};
use reconcile::plan::between::{Inputs, between};
use reconcile::plan::directory::Directory;
use reconcile::plan::guard::Allowances;
use reconcile::plan::{Calls, Change, ManifestRef, Plan, Scope};
use reconcile::roster::Roster;
use reconcile::sandbox::Sandbox;
use reconcile::sandbox::generate::{self, Spec};
use reconcile::sandbox::world::World;
use reconcile::sandbox::world::brivo::{Contact, User};
use reconcile::sandbox::world::scalar::Given;
use reconcile::snapshot::Content;
use reconcile::{brivo, entrata};
use tokio::runtime::Runtime;

use super::tape::Tape;

/// Entrata's methods that a plan calls; in the benchmarks none has a limit.
const METHODS: [&str; 3] = ["getLeases", "getProperties", "getPropertyUnits"];
/// Inside this process nobody looks a host up.
const HOST: &str = "http://127.0.0.1:1";

/// A portfolio, read and planned.
pub(crate) struct House {
    pub(crate) people: u64,
    pub(crate) runtime: Runtime,
    pub(crate) as_of: Instant,
    pub(crate) files: Vec<(String, String)>,
    pub(crate) manifest: Manifest,
    pub(crate) roster: Roster,
    pub(crate) desired: Desired,
    /// Brivo with groups and staff, and no resident.
    pub(crate) empty: Account,
    /// Brivo with everybody as they should be, read as a snapshot reads it.
    pub(crate) full: Content,
    /// The answers that the reading of the full one got.
    pub(crate) tape: Tape,
    reference: ManifestRef,
    scope: Scope,
    allowances: Allowances,
}

impl House {
    /// A portfolio of so many people, households and properties in proportion.
    pub(crate) fn of(people: u64) -> Self {
        let runtime = Runtime::new().unwrap();
        let spec: Spec = format!("residents={people}").parse().unwrap();
        let files = vec![("reconcile.yaml".to_owned(), generate::manifest(&spec))];
        let manifest = manifest::parse(&files).0.unwrap();
        let mut world = World::from_yaml(&generate::world(&spec)).unwrap();
        for method in METHODS {
            world.quirks.entrata.limits.insert(method.to_owned(), "none".to_owned());
        }
        let as_of = world.as_of.unwrap();
        let reference = ManifestRef { paths: vec!["reconcile.yaml".to_owned()], sha256: String::new() };
        let (scope, allowances) = (Scope::default(), Allowances::default());
        let question = Question {
            manifest: &manifest,
            reference: &reference,
            as_of,
            scope: &scope,
            allowances: &allowances,
            leases: Leases::Go,
        };

        let services = in_process(Sandbox::new(world.clone(), as_of).router());
        let planned = runtime.block_on(plan(&services, &question, &|_, _, _| ())).unwrap();
        let Planned { plan, desired, account: empty, roster, .. } = planned;
        world.brivo.users.extend(plan.changes.iter().map(user));
        let tape = Tape::default();
        let services = in_process(tape.recording(Sandbox::new(world, as_of).router()));
        let full = runtime.block_on(read_everything(&services, &question, &|_, _, _| ())).unwrap();

        let people_planned = plan.changes.len();
        let house = Self {
            people,
            runtime,
            as_of,
            files,
            manifest,
            roster,
            desired,
            empty,
            full,
            tape,
            reference,
            scope,
            allowances,
        };
        assert_eq!(house.compare(&house.empty).changes.len(), people_planned);
        assert_eq!(house.compare(&house.full.account).changes, [], "everybody is there already");
        house
    }

    /// What would change in this account.
    pub(crate) fn compare(&self, account: &Account) -> Plan {
        between(&Inputs {
            desired: &self.desired,
            account,
            directory: &Directory::of(&self.desired, account),
            as_of: self.as_of,
            scope: &self.scope,
            allowances: &self.allowances,
            manifest: &self.reference,
            calls: Calls::default(),
        })
    }

    /// The properties of the manifest.
    pub(crate) fn properties(&self) -> BTreeSet<PropertyId> {
        self.manifest.properties.iter().map(|property| property.id).collect()
    }

    /// Clients of what is on the tape, as fresh as at the start of a run.
    pub(crate) fn services(&self) -> Services {
        in_process(self.tape.player())
    }
}

fn in_process(router: axum::Router) -> Services {
    let transport = Transport::in_process(router);
    let secret = || "sandbox".to_owned().into();
    let login = BrivoLogin {
        api_key: secret(),
        client_id: secret(),
        client_secret: secret(),
        username: secret(),
        password: secret(),
    };
    let url = parse_address(&format!("{HOST}/ext/orgs/sandbox/v1")).unwrap();
    let entrata = entrata::Client::new(transport.clone(), url, entrata::Auth::ApiKey(secret()));
    let brivo = brivo::Client::new(transport, &format!("{HOST}/v1/api"), HOST, login).unwrap();
    Services { entrata, brivo }
}

/// The user whom an apply of this change would make.
fn user(change: &Change) -> User {
    let after = change.after.as_ref().unwrap();
    let contacts = |values: &[reconcile::access::Personal]| {
        values.iter().map(|value| Contact::from(value.reveal().to_owned())).collect()
    };
    let date = |date: Option<Instant>| date.map(|date| date.format("%Y-%m-%dT%H:%M:%SZ").to_string());
    User {
        external_id: Some(change.external_id.to_string()),
        first: Given::from(after.first_name.reveal().to_owned()),
        middle: after.middle_name.as_ref().map_or(Given::Default, |name| name.reveal().to_owned().into()),
        last: Given::from(after.last_name.reveal().to_owned()),
        emails: contacts(&after.emails),
        phones: contacts(&after.phones),
        from: date(after.effective_from),
        to: date(after.effective_to),
        suspended: after.suspended,
        groups: after.groups.iter().map(|group| group.id.0.into()).collect(),
        ..User::default()
    }
}
