use serde_json::Value;

use super::*;

type Headers<'a> = &'a [(&'static str, &'a str)];

fn answer(status: u16, headers: Headers<'_>, body: &str) -> Answer {
    let headers =
        headers.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect();
    Answer { status, headers, body: body.as_bytes().to_vec() }
}

const JSON: &str = r#"{"message":"You are not allowed to perform that action","code":403}"#;
const INACTIVE: &str = "<h1>Developer Inactive</h1>";
const QPS: &str = "<h1>Developer Over Qps</h1>";
const RATE: &str = "<h1>Developer Over Rate</h1>";
const QPS_HEADER: (&str, &str) = ("X-Mashery-Error-Code", "ERR_403_DEVELOPER_OVER_QPS");
const RATE_HEADER: (&str, &str) = ("X-Mashery-Error-Code", "ERR_403_DEVELOPER_OVER_RATE");

#[test]
fn what_is_sat_out_and_what_is_final_is_a_table() {
    let after = |seconds| Some(Duration::from_secs(seconds));
    let (throttled, retry) = (|after| Verdict::Throttled { after }, |after| Verdict::Retry { after });
    let table: &[(u16, Headers<'_>, &str, Verdict)] = &[
        (200, &[], "{}", Verdict::Done),
        (204, &[], "", Verdict::Done),
        (200, &[], "\n<html>maintenance</html>", retry(None)),
        (400, &[], JSON, Verdict::Done),
        (401, &[], "{}", Verdict::Done),
        (403, &[], JSON, Verdict::Done),
        (403, &[], INACTIVE, Verdict::Done),
        (403, &[("retry-after", "1"), QPS_HEADER], QPS, throttled(after(1))),
        (403, &[QPS_HEADER], "", throttled(None)),
        (403, &[], QPS, throttled(None)),
        (403, &[("retry-after", "2")], "<h1>developer over qps</h1>", throttled(after(2))),
        (403, &[("retry-after", "60"), RATE_HEADER], RATE, throttled(after(60))),
        (403, &[RATE_HEADER], RATE, Verdict::Done),
        (403, &[], RATE, Verdict::Done),
        (403, &[("retry-after", "86400")], RATE, Verdict::Done),
        (429, &[("retry-after", "3")], "{}", throttled(after(3))),
        (429, &[], "", throttled(None)),
        (429, &[("retry-after", "86400")], "", Verdict::Done),
        (404, &[], "{}", Verdict::Done),
        (500, &[], "", retry(None)),
        (503, &[("retry-after", "9")], r#"{"code":503}"#, retry(after(9))),
        (504, &[], "<h1>Gateway Timeout</h1>", retry(None)),
        (596, &[], "<h1>596 Service Not Found</h1>", Verdict::Done),
    ];
    for (status, headers, body, verdict) in table {
        assert_eq!(judge(&answer(*status, headers, body)), *verdict, "{status} {headers:?} {body}");
    }
}

#[test]
fn a_403_is_three_things_and_every_other_refusal_has_its_name() {
    let table: &[(u16, Headers<'_>, &str, &str)] = &[
        (403, &[], JSON, "NotAllowed"),
        (403, &[], "", "NotAllowed"),
        (403, &[], INACTIVE, "KeyRefused"),
        (403, &[("x-mashery-error-code", "ERR_403_DEVELOPER_INACTIVE")], "", "KeyRefused"),
        (403, &[("x-mashery-error-code", "ERR_403_NOT_AUTHORIZED")], "<h1>Not Authorized</h1>", "KeyRefused"),
        (403, &[], "<html>Blocked by your company</html>", "Foreign"),
        // A text that the API quotes is no page of the gateway.
        (403, &[], r#"{"message":"Developer Inactive"}"#, "NotAllowed"),
        (403, &[RATE_HEADER], RATE, "QuotaExhausted"),
        (401, &[], "{}", "TokenRefused"),
        (404, &[], "{}", "NotFound"),
        (404, &[], "<html>", "Foreign"),
        (400, &[], "{}", "Refused"),
        (409, &[], "{}", "Refused"),
        (412, &[], "{}", "Refused"),
        (415, &[], "", "Refused"),
        (418, &[], "", "Refused"),
        (596, &[], "<h1>596 Service Not Found</h1>", "NoSuchPath"),
    ];
    for (status, headers, body, name) in table {
        let error = accept("GET /users", answer(*status, headers, body)).unwrap_err();
        assert!(format!("{error:?}").starts_with(name), "{status} {headers:?} {body}: {error:?}");
        assert!(error.nothing_was_written(), "{error:?}");
    }
    assert!(accept("GET /users", answer(204, &[], "")).is_ok());
}

#[test]
fn what_concerns_every_call_ends_the_run_and_the_rest_does_not() {
    let error = |status, body| accept("PUT /users/{id}", answer(status, &[], body)).unwrap_err();
    for error in [error(403, INACTIVE), error(403, RATE), error(401, "{}")] {
        assert!(error.ends_the_run(), "{error:?}");
    }
    for error in
        [error(403, JSON), error(404, "{}"), error(400, "{}"), error(403, "<html>"), error(596, "<h1>")]
    {
        assert!(!error.ends_the_run(), "{error:?}");
    }
}

#[test]
fn an_answer_that_does_not_fit_names_the_place_and_no_value() {
    #[derive(Debug, serde::Deserialize)]
    struct Rows {
        #[serde(rename = "data")]
        _data: Vec<Row>,
    }
    #[derive(Debug, serde::Deserialize)]
    struct Row {
        #[serde(rename = "id")]
        _id: u64,
    }
    let body = r#"{"data":[{"id":1},{"id":"rosa@example.com"}]}"#;
    let error = read::<Rows>("GET /users", &answer(200, &[], body)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "GET /users: the answer can't be read (HTTP 200 with a JSON body, at `data[1].id`)"
    );
    assert!(!error.nothing_was_written());
    assert!(read::<Value>("GET /users", &answer(200, &[], "")).is_err());
}
