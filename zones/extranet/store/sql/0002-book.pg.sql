-- The register book 登记簿. Tables and columns after TD/T 1066 (pinyin codes); append-only with validity: a row is ended once (yxq_z from NULL), never changed otherwise, never removed.
-- yxq_q / yxq_z: valid from / to. ywh: business number that made the row; zzywh: the one that ended it.
CREATE TABLE zdjbxx (                                  -- 宗地基本信息, attributes only: no geometry in this zone
	tenant TEXT NOT NULL, zddm TEXT NOT NULL,          -- 宗地代码, 19 characters
	bdcdyh TEXT NOT NULL, zdtzm TEXT NOT NULL,         -- 不动产单元号, 宗地特征码
	zl TEXT NOT NULL, zdmj BIGINT NOT NULL CHECK (zdmj > 0),  -- 坐落, 宗地面积 in cm²
	yt TEXT NOT NULL, qlxz TEXT NOT NULL,              -- 用途, 权利性质
	ywh TEXT NOT NULL, zzywh TEXT, yxq_q TEXT NOT NULL, yxq_z TEXT,
	PRIMARY KEY (tenant, zddm)
);
CREATE TABLE h (                                       -- 户 (房屋单元)
	tenant TEXT NOT NULL, bdcdyh TEXT NOT NULL, zddm TEXT NOT NULL,
	zl TEXT NOT NULL, shbw TEXT NOT NULL,              -- 坐落, 室号部位
	jzmj BIGINT NOT NULL CHECK (jzmj > 0), ghyt TEXT NOT NULL, -- 建筑面积 in cm², 规划用途
	ywh TEXT NOT NULL, zzywh TEXT, yxq_q TEXT NOT NULL, yxq_z TEXT,
	PRIMARY KEY (tenant, bdcdyh),
	FOREIGN KEY (tenant, zddm) REFERENCES zdjbxx (tenant, zddm)
);
CREATE TABLE fdcq2 (                                   -- 房地产权(独幢、层、套、间)
	tenant TEXT NOT NULL, qlid TEXT NOT NULL, bdcdyh TEXT NOT NULL,
	djlx TEXT NOT NULL, djyy TEXT NOT NULL, qllx TEXT NOT NULL, -- 登记类型, 登记原因, 权利类型
	jg BIGINT NOT NULL, gyfs TEXT NOT NULL,           -- 价格 in cents, 共有方式
	bdcqzh TEXT NOT NULL, dbr TEXT NOT NULL, djsj TEXT NOT NULL, -- 不动产权证号, 登簿人, 登记时间
	ywh TEXT NOT NULL, zzywh TEXT, yxq_q TEXT NOT NULL, yxq_z TEXT,
	PRIMARY KEY (tenant, qlid)
);
CREATE UNIQUE INDEX fdcq2_current ON fdcq2 (tenant, bdcdyh) WHERE yxq_z IS NULL;  -- one current ownership per unit
CREATE TABLE qlr (                                     -- 权利人
	tenant TEXT NOT NULL, qlrid TEXT NOT NULL, qlid TEXT NOT NULL, bdcdyh TEXT NOT NULL,
	qlrmc TEXT NOT NULL, zjzl TEXT NOT NULL, zjh TEXT NOT NULL, zjh_index TEXT NOT NULL, -- sealed name, 证件种类, sealed number, its blind index
	qlrlx TEXT NOT NULL, qlbl_fz BIGINT NOT NULL CHECK (qlbl_fz > 0), qlbl_fm BIGINT NOT NULL CHECK (qlbl_fm >= qlbl_fz), -- 权利比例
	ywh TEXT NOT NULL, zzywh TEXT, yxq_q TEXT NOT NULL, yxq_z TEXT,
	PRIMARY KEY (tenant, qlrid),
	FOREIGN KEY (tenant, qlid) REFERENCES fdcq2 (tenant, qlid)
);
CREATE INDEX qlr_right ON qlr (tenant, qlid);
CREATE INDEX qlr_person ON qlr (tenant, zjh_index);
CREATE TABLE cfdj (                                    -- 查封登记 (seizure)
	tenant TEXT NOT NULL, cfid TEXT NOT NULL, bdcdyh TEXT NOT NULL,
	cfjg TEXT NOT NULL, cflx TEXT NOT NULL, cfwh TEXT NOT NULL, -- 查封机关, 查封类型, 查封文号
	cfqssj TEXT NOT NULL, cfjssj TEXT NOT NULL,        -- 查封起止时间 (dates)
	ywh TEXT NOT NULL, zzywh TEXT, yxq_q TEXT NOT NULL, yxq_z TEXT,
	PRIMARY KEY (tenant, cfid)
);
CREATE INDEX cfdj_unit ON cfdj (tenant, bdcdyh);
CREATE TABLE djlog (                                   -- 登簿日志: one row per entry, in order
	tenant TEXT NOT NULL, xh BIGINT NOT NULL,         -- 序号
	ywh TEXT NOT NULL, bdcdyh TEXT NOT NULL, djlx TEXT NOT NULL, qllx TEXT NOT NULL,
	bdcqzh TEXT NOT NULL, dbr TEXT NOT NULL, djsj TEXT NOT NULL,
	hs BIGINT NOT NULL, zy TEXT NOT NULL,             -- rows written, digest over them
	PRIMARY KEY (tenant, xh), UNIQUE (tenant, ywh, bdcdyh)
);
CREATE TABLE bdcqzs (                                  -- 不动产权证书: one per right, made after the entry (缮证)
	tenant TEXT NOT NULL, bdcqzh TEXT NOT NULL, case_id TEXT NOT NULL, qlid TEXT NOT NULL,
	text TEXT NOT NULL, signature TEXT NOT NULL,       -- sealed canonical certificate, detached signature of the e-seal
	size BIGINT NOT NULL, digest BYTEA NOT NULL, blob BYTEA NOT NULL, blob_key TEXT NOT NULL, -- the PDF
	made_at TEXT NOT NULL,
	PRIMARY KEY (tenant, bdcqzh)
);

CREATE TRIGGER zdjbxx_end BEFORE UPDATE ON zdjbxx FOR EACH ROW WHEN (OLD.yxq_z IS NOT NULL OR NEW.yxq_z IS NULL OR NEW.zzywh IS NULL
	OR (NEW.tenant,NEW.zddm,NEW.bdcdyh,NEW.zdtzm,NEW.zl,NEW.zdmj,NEW.yt,NEW.qlxz,NEW.ywh,NEW.yxq_q) IS DISTINCT FROM (OLD.tenant,OLD.zddm,OLD.bdcdyh,OLD.zdtzm,OLD.zl,OLD.zdmj,OLD.yt,OLD.qlxz,OLD.ywh,OLD.yxq_q))
	EXECUTE FUNCTION db_refuse('the book is append-only');
CREATE TRIGGER h_end BEFORE UPDATE ON h FOR EACH ROW WHEN (OLD.yxq_z IS NOT NULL OR NEW.yxq_z IS NULL OR NEW.zzywh IS NULL
	OR (NEW.tenant,NEW.bdcdyh,NEW.zddm,NEW.zl,NEW.shbw,NEW.jzmj,NEW.ghyt,NEW.ywh,NEW.yxq_q) IS DISTINCT FROM (OLD.tenant,OLD.bdcdyh,OLD.zddm,OLD.zl,OLD.shbw,OLD.jzmj,OLD.ghyt,OLD.ywh,OLD.yxq_q))
	EXECUTE FUNCTION db_refuse('the book is append-only');
CREATE TRIGGER fdcq2_end BEFORE UPDATE ON fdcq2 FOR EACH ROW WHEN (OLD.yxq_z IS NOT NULL OR NEW.yxq_z IS NULL OR NEW.zzywh IS NULL
	OR (NEW.tenant,NEW.qlid,NEW.bdcdyh,NEW.djlx,NEW.djyy,NEW.qllx,NEW.jg,NEW.gyfs,NEW.bdcqzh,NEW.dbr,NEW.djsj,NEW.ywh,NEW.yxq_q) IS DISTINCT FROM (OLD.tenant,OLD.qlid,OLD.bdcdyh,OLD.djlx,OLD.djyy,OLD.qllx,OLD.jg,OLD.gyfs,OLD.bdcqzh,OLD.dbr,OLD.djsj,OLD.ywh,OLD.yxq_q))
	EXECUTE FUNCTION db_refuse('the book is append-only');
CREATE TRIGGER qlr_end BEFORE UPDATE ON qlr FOR EACH ROW WHEN (OLD.yxq_z IS NOT NULL OR NEW.yxq_z IS NULL OR NEW.zzywh IS NULL
	OR (NEW.tenant,NEW.qlrid,NEW.qlid,NEW.bdcdyh,NEW.qlrmc,NEW.zjzl,NEW.zjh,NEW.zjh_index,NEW.qlrlx,NEW.qlbl_fz,NEW.qlbl_fm,NEW.ywh,NEW.yxq_q) IS DISTINCT FROM (OLD.tenant,OLD.qlrid,OLD.qlid,OLD.bdcdyh,OLD.qlrmc,OLD.zjzl,OLD.zjh,OLD.zjh_index,OLD.qlrlx,OLD.qlbl_fz,OLD.qlbl_fm,OLD.ywh,OLD.yxq_q))
	EXECUTE FUNCTION db_refuse('the book is append-only');
CREATE TRIGGER cfdj_end BEFORE UPDATE ON cfdj FOR EACH ROW WHEN (OLD.yxq_z IS NOT NULL OR NEW.yxq_z IS NULL OR NEW.zzywh IS NULL
	OR (NEW.tenant,NEW.cfid,NEW.bdcdyh,NEW.cfjg,NEW.cflx,NEW.cfwh,NEW.cfqssj,NEW.cfjssj,NEW.ywh,NEW.yxq_q) IS DISTINCT FROM (OLD.tenant,OLD.cfid,OLD.bdcdyh,OLD.cfjg,OLD.cflx,OLD.cfwh,OLD.cfqssj,OLD.cfjssj,OLD.ywh,OLD.yxq_q))
	EXECUTE FUNCTION db_refuse('the book is append-only');
CREATE TRIGGER djlog_keep BEFORE UPDATE ON djlog FOR EACH ROW EXECUTE FUNCTION db_refuse('the log of entries is append-only');
CREATE TRIGGER bdcqzs_keep BEFORE UPDATE ON bdcqzs FOR EACH ROW EXECUTE FUNCTION db_refuse('certificates are append-only');
CREATE TRIGGER zdjbxx_keep BEFORE DELETE ON zdjbxx FOR EACH ROW EXECUTE FUNCTION db_refuse('the book is append-only');
CREATE TRIGGER zdjbxx_all BEFORE TRUNCATE ON zdjbxx FOR EACH STATEMENT EXECUTE FUNCTION db_refuse('the book is append-only');
CREATE TRIGGER h_keep BEFORE DELETE ON h FOR EACH ROW EXECUTE FUNCTION db_refuse('the book is append-only');
CREATE TRIGGER h_all BEFORE TRUNCATE ON h FOR EACH STATEMENT EXECUTE FUNCTION db_refuse('the book is append-only');
CREATE TRIGGER fdcq2_keep BEFORE DELETE ON fdcq2 FOR EACH ROW EXECUTE FUNCTION db_refuse('the book is append-only');
CREATE TRIGGER fdcq2_all BEFORE TRUNCATE ON fdcq2 FOR EACH STATEMENT EXECUTE FUNCTION db_refuse('the book is append-only');
CREATE TRIGGER qlr_keep BEFORE DELETE ON qlr FOR EACH ROW EXECUTE FUNCTION db_refuse('the book is append-only');
CREATE TRIGGER qlr_all BEFORE TRUNCATE ON qlr FOR EACH STATEMENT EXECUTE FUNCTION db_refuse('the book is append-only');
CREATE TRIGGER cfdj_keep BEFORE DELETE ON cfdj FOR EACH ROW EXECUTE FUNCTION db_refuse('the book is append-only');
CREATE TRIGGER cfdj_all BEFORE TRUNCATE ON cfdj FOR EACH STATEMENT EXECUTE FUNCTION db_refuse('the book is append-only');
CREATE TRIGGER djlog_gone BEFORE DELETE ON djlog FOR EACH ROW EXECUTE FUNCTION db_refuse('the log of entries is append-only');
CREATE TRIGGER djlog_all BEFORE TRUNCATE ON djlog FOR EACH STATEMENT EXECUTE FUNCTION db_refuse('the log of entries is append-only');
CREATE TRIGGER bdcqzs_gone BEFORE DELETE ON bdcqzs FOR EACH ROW EXECUTE FUNCTION db_refuse('certificates are append-only');
CREATE TRIGGER bdcqzs_all BEFORE TRUNCATE ON bdcqzs FOR EACH STATEMENT EXECUTE FUNCTION db_refuse('certificates are append-only');
