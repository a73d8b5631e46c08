"""What crosses between payment and logistics: native webhooks in, messages between parties."""
