int late(void) { return 2; }
