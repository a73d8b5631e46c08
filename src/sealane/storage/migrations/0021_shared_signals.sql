-- Facts whose members may not have reached the shared signals yet, each with the server that is to send them.
CREATE TABLE risk_pending (
    seq BIGINT PRIMARY KEY NOT NULL,
    owner TEXT NOT NULL,
    noted_us BIGINT NOT NULL
);
