"""Traces: where the time of a call goes, told to an OpenTelemetry collector where the setting `traces` names one."""
