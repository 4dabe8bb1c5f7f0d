//! Which addresses a name may lead to: what a feed links to is chosen by whoever wrote it.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use ureq::{
    Error,
    config::Config,
    http::Uri,
    unversioned::{
        resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver},
        transport::NextTimeout,
    },
};

/// Resolves names to addresses that everybody can reach; those that the user has named to any.
#[derive(Debug)]
pub(crate) struct Public {
    named: Vec<String>,
    inner: DefaultResolver,
}

impl Public {
    /// `named` are hosts that may be private.
    pub fn new(named: Vec<String>) -> Self {
        Self { named, inner: DefaultResolver::default() }
    }
}

impl Resolver for Public {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, Error> {
        let found = self.inner.resolve(uri, config, timeout)?;
        let host = uri.host().unwrap_or_default();
        if self.named.iter().any(|named| named == host) {
            return Ok(found);
        }
        let mut public = self.empty();
        let addresses: Vec<SocketAddr> =
            found.iter().copied().filter(|address| is_public(address.ip())).collect();
        if addresses.is_empty() {
            return Err(Error::Io(std::io::Error::new(
                std::io::ErrorKind::PermissionDenied,
                host.to_owned(),
            )));
        }
        for address in addresses {
            public.push(address);
        }
        Ok(public)
    }
}

/// Whether it is none of this machine, of its network, or of no machine.
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(ip) => {
            let [a, b, ..] = ip.octets();
            let shared = a == 100 && (64..128).contains(&b);
            !(ip.is_private()
                || ip.is_loopback()
                || ip.is_link_local()
                || ip.is_unspecified()
                || ip.is_broadcast()
                || ip.is_multicast()
                || ip.is_documentation()
                || shared
                || a == 0
                || a >= 240)
        }
        IpAddr::V6(ip) => mapped(ip).map_or_else(
            || {
                !(ip.is_loopback()
                    || ip.is_unspecified()
                    || ip.is_multicast()
                    || ip.is_unique_local()
                    || ip.is_unicast_link_local())
            },
            |ip| is_public(IpAddr::V4(ip)),
        ),
    }
}

/// The address of IPv4 that one of IPv6 stands for: mapped (RFC 4291), or by NAT64 (RFC 6052) or 6to4 (RFC 3056).
fn mapped(ip: Ipv6Addr) -> Option<std::net::Ipv4Addr> {
    let of = |high: u16, low: u16| {
        let [a, b] = high.to_be_bytes();
        let [c, d] = low.to_be_bytes();
        std::net::Ipv4Addr::new(a, b, c, d)
    };
    match ip.segments() {
        [0, 0, 0, 0, 0, 0xffff, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] => {
            Some(of(high, low))
        }
        [0x2002, high, low, ..] => Some(of(high, low)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_this_machine_and_its_network_are_not_public() {
        let private = [
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "0.0.0.0",
            "100.64.0.1",
            "::1",
            "fe80::1",
            "fd00::1",
            "::ffff:127.0.0.1",
            "64:ff9b::7f00:1",
            "2002:7f00:1::",
            "255.255.255.255",
        ];
        for address in private {
            assert!(!is_public(address.parse().unwrap()), "{address}");
        }
        for address in ["93.184.216.34", "2606:2800:220:1::1", "172.32.0.1", "::ffff:93.184.216.34"]
        {
            assert!(is_public(address.parse().unwrap()), "{address}");
        }
    }
}
