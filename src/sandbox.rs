//! Both services over HTTP on loopback, made from a world file.
