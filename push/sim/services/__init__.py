"""The services' servers: they speak the protocol, meet faults and keep the log."""
