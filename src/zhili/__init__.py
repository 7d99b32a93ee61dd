"""zhili 治理: an event-sourced case-management engine for grassroots governance."""
