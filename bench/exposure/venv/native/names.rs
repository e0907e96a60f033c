//! Looks a name up by the C library, which loads its name services.
use std::net::ToSocketAddrs;

fn main() {
    println!("{:?}", "localhost:80".to_socket_addrs().map(|found| found.count()));
}
