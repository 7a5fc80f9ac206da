-- The order of the list of observed sockets, for one host or all, and for one port.
CREATE INDEX observed_socket_host ON observed_socket (host, port, protocol, address_scope, process, source);
CREATE INDEX observed_socket_port ON observed_socket (port, host, protocol, address_scope, process, source);
