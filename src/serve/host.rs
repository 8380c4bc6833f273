//! Who may ask: which hosts a request may name, and which pages may open the live channel.
//!
//! A page of another site in the writer's browser can send requests to this server. Under a name of its own that leads here (DNS
//! rebinding) it could read what comes back; so only names that are known to mean this machine are answered.

use std::net::IpAddr;

/// The names that the server goes by.
#[derive(Clone, Debug, Default)]
pub struct Hosts {
    /// Names besides `localhost` and addresses, in lower case.
    pub allowed: Vec<String>,
}

impl Hosts {
    /// Whether a request that names `host` (the header, with or without a port) may be answered. An address cannot be rebound to another, so each is fine.
    pub(super) fn knows(&self, host: &str) -> bool {
        let name = without_port(host).to_ascii_lowercase();
        let name = name.trim_end_matches('.');
        let bare = name.trim_start_matches('[').trim_end_matches(']');
        bare.parse::<IpAddr>().is_ok()
            || name == "localhost"
            || name.ends_with(".localhost")
            || self.allowed.iter().any(|allowed| allowed.eq_ignore_ascii_case(name))
    }

    /// Whether a page of `origin` (the header) may open the live channel of the host that it names: only that host's own.
    pub(super) fn trusts(&self, origin: Option<&str>, host: &str) -> bool {
        let Some(origin) = origin else { return false };
        let own = origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://"));
        own.is_some_and(|own| own.eq_ignore_ascii_case(host)) && self.knows(host)
    }
}

fn without_port(host: &str) -> &str {
    match host.rfind(':') {
        // The colons of an IPv6 address stand in brackets.
        Some(colon) if !host[colon..].contains(']') => &host[..colon],
        _ => host,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_this_machine_are_answered() {
        let hosts = Hosts { allowed: vec!["docs.box.example".to_owned()] };
        for host in [
            "localhost:4000",
            "127.0.0.1:4000",
            "[::1]:4000",
            "localhost",
            "docs.localhost:1",
            "192.168.1.5:4000",
            "DOCS.box.example:4000",
            "localhost.:4000",
        ] {
            assert!(hosts.knows(host), "{host}");
        }
        for host in
            ["evil.example", "evil.example:4000", "localhost.evil.example", "127.0.0.1.evil.example:4000", "", ":4000", "127.0.0.1@evil.example"]
        {
            assert!(!hosts.knows(host), "{host}");
        }
    }

    #[test]
    fn only_own_pages_open_the_live_channel() {
        let hosts = Hosts::default();
        assert!(hosts.trusts(Some("http://127.0.0.1:4000"), "127.0.0.1:4000"));
        for origin in [None, Some("null"), Some("http://evil.example"), Some("http://127.0.0.1:3000"), Some("http://localhost:4000")] {
            assert!(!hosts.trusts(origin, "127.0.0.1:4000"), "{origin:?}");
        }
        assert!(!hosts.trusts(Some("http://evil.example:4000"), "evil.example:4000"));
    }
}
