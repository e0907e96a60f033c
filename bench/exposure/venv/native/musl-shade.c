int shade(int n) { return n + 1; }
