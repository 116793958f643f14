//! The `Link` headers (RFC 8288): where the next page of a list is, and whether it may be asked there.

use reqwest::Url;

use super::query::{PER_PAGE, Position};

/// What a reply's `Link` headers say of a next page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// There is no such header.
    Untold,
    /// There is, without a next page.
    Last,
    /// There is a next page.
    At(Position),
    /// There is one at an address that must not be given the credentials, without a page number.
    Elsewhere,
}

/// Reads the `Link` headers of the answer to the request that went to `asked`. Of a link to another host only the page number
/// is used.
pub(super) fn next<'a>(links: impl Iterator<Item = &'a str>, asked: &Url) -> Next {
    let mut next = Next::Untold;
    for link in links.flat_map(split_links) {
        let Some((target, params)) = link.trim().strip_prefix('<').and_then(|rest| rest.split_once('>'))
        else {
            continue;
        };
        if is_next(params) {
            return asked.join(target).map_or(Next::Elsewhere, |url| position(url, asked));
        }
        next = Next::Last;
    }
    next
}

fn position(url: Url, asked: &Url) -> Next {
    if url.origin() == asked.origin() {
        return Next::At(Position::Link(url));
    }
    let number =
        |name| url.query_pairs().find(|(key, _)| key == name).and_then(|(_, value)| value.parse().ok());
    number("page_no").map_or(Next::Elsewhere, |page| {
        Next::At(Position::Page { number: page, per_page: number("per_page").unwrap_or(PER_PAGE) })
    })
}

/// Splits at commas, those within an address or a quoted text aside.
fn split_links(header: &str) -> Vec<&str> {
    let (mut is_inside, mut is_quoted) = (false, false);
    header
        .split(move |c| {
            match c {
                '<' if !is_quoted => is_inside = true,
                '>' if !is_quoted => is_inside = false,
                '"' if !is_inside => is_quoted = !is_quoted,
                _ => {}
            }
            c == ',' && !is_inside && !is_quoted
        })
        .collect()
}

fn is_next(params: &str) -> bool {
    params
        .split(';')
        .filter_map(|param| param.split_once('='))
        .filter(|(name, _)| name.trim().eq_ignore_ascii_case("rel"))
        .flat_map(|(_, value)| value.trim().trim_matches('"').split_whitespace())
        .any(|rel| rel.eq_ignore_ascii_case("next"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_page_is_found_and_no_foreign_host_is_asked() {
        let asked = Url::parse("https://apis.example/v1/leases?page_no=1&per_page=500").unwrap();
        let own = |text| Next::At(Position::Link(Url::parse(text).unwrap()));
        let page = |number, per_page| Next::At(Position::Page { number, per_page });
        let table: &[(&[&str], Next)] = &[
            (&[], Next::Untold),
            (&[""], Next::Untold),
            (&["<https://apis.example/x?page_no=1>; rel=\"prev\""], Next::Last),
            (&["<https://apis.example/x?page_no=3>; rel=\"next\""], own("https://apis.example/x?page_no=3")),
            (
                &["<https://apis.example/x?a=1,2>; rel=next, <y>; rel=last"],
                own("https://apis.example/x?a=1,2"),
            ),
            (
                &["<y>; rel=\"last\"; title=\"a, <b>\"", "</x?page_no=2>; REL=\"last Next\""],
                own("https://apis.example/x?page_no=2"),
            ),
            (&["<?page_no=2>; rel=next"], own("https://apis.example/v1/leases?page_no=2")),
            (&["<https://alder.example/api?page_no=2&per_page=100>; rel=next"], page(2, 100)),
            (&["<http://apis.example/x?page_no=4>; rel=next"], page(4, PER_PAGE)),
            (&["<https://evil.example/x?cursor=2>; rel=next"], Next::Elsewhere),
            (&["<https://evil.example/x?page_no=two>; rel=next"], Next::Elsewhere),
        ];
        for (headers, expected) in table {
            assert_eq!(next(headers.iter().copied(), &asked), *expected, "{headers:?}");
        }
    }
}
