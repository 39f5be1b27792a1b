-- What goes to the national platform 不动产登记信息管理基础平台: a message 接入报文 per row of the log, written with it, and the daily log 登簿日志.
CREATE TABLE jrbw (
	tenant TEXT NOT NULL, bwid TEXT NOT NULL,          -- 报文编号 BizMsgID
	xh INTEGER NOT NULL,                               -- the row of djlog
	day TEXT NOT NULL, ywh TEXT NOT NULL, bdcdyh TEXT NOT NULL, djlx TEXT NOT NULL, qllx TEXT NOT NULL, zss INTEGER NOT NULL, zms INTEGER NOT NULL,
	bw TEXT NOT NULL, zy TEXT NOT NULL,                -- sealed text; digest over it with the log row's salt
	state TEXT NOT NULL CHECK (state IN ('produced','handed','accepted','refused')),
	tries INTEGER NOT NULL, handed_at TEXT NOT NULL, answered_at TEXT NOT NULL, code TEXT NOT NULL, said TEXT NOT NULL,
	PRIMARY KEY (tenant, bwid), UNIQUE (tenant, xh), FOREIGN KEY (tenant, xh) REFERENCES djlog (tenant, xh)
) STRICT;
CREATE INDEX jrbw_day ON jrbw (tenant, day);
CREATE INDEX jrbw_state ON jrbw (tenant, state, bwid);
CREATE TABLE jrrz (
	tenant TEXT NOT NULL, day TEXT NOT NULL,
	entries INTEGER NOT NULL, text TEXT NOT NULL,      -- no names stand in it
	made_at TEXT NOT NULL,
	state TEXT NOT NULL CHECK (state IN ('produced','handed','accepted','refused')),
	tries INTEGER NOT NULL, handed_at TEXT NOT NULL, answered_at TEXT NOT NULL, code TEXT NOT NULL, said TEXT NOT NULL,
	PRIMARY KEY (tenant, day)
) STRICT;
CREATE INDEX jrrz_state ON jrrz (tenant, state, day);
-- Entries made before this table have no message.
INSERT INTO reg_series (tenant, kind, period, next) SELECT tenant, 'access-from', '', max(xh) + 1 FROM djlog GROUP BY tenant;
CREATE TRIGGER jrbw_once BEFORE UPDATE ON jrbw WHEN (NEW.tenant, NEW.bwid, NEW.xh, NEW.day, NEW.ywh, NEW.bdcdyh, NEW.djlx, NEW.qllx, NEW.zss, NEW.zms, NEW.zy)
	IS NOT (OLD.tenant, OLD.bwid, OLD.xh, OLD.day, OLD.ywh, OLD.bdcdyh, OLD.djlx, OLD.qllx, OLD.zss, OLD.zms, OLD.zy)
	BEGIN SELECT RAISE(ABORT, 'a message is not changed'); END;
CREATE TRIGGER jrbw_keep BEFORE DELETE ON jrbw BEGIN SELECT RAISE(ABORT, 'a message is kept'); END;
CREATE TRIGGER jrrz_once BEFORE UPDATE ON jrrz WHEN (NEW.tenant, NEW.day, NEW.entries, NEW.text, NEW.made_at) IS NOT (OLD.tenant, OLD.day, OLD.entries, OLD.text, OLD.made_at)
	BEGIN SELECT RAISE(ABORT, 'a daily log is not changed'); END;
CREATE TRIGGER jrrz_keep BEFORE DELETE ON jrrz BEGIN SELECT RAISE(ABORT, 'a daily log is kept'); END;
