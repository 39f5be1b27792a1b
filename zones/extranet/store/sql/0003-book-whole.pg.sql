-- The register book 登记簿 as a whole, after TD/T 1066: what the land and buildings are, rights, restrictions, holders, cancellations, log.
-- Append-only: a row is ended once (yxq_z, zzywh), never changed, never removed; only what is sealed may be sealed anew under another key.
-- An entry is closed by its rows of djlog: behind them no row is added or ended in its name, and the shares of its unit sum to one.
-- The first form of these tables held two businesses; a book in it is taken over by `dump` of that version and `import`, not by this text.
CREATE TABLE the_old_book_must_be_empty (n INTEGER CHECK (n = 0));
INSERT INTO the_old_book_must_be_empty SELECT count(*) FROM djlog;
INSERT INTO the_old_book_must_be_empty SELECT count(*) FROM zdjbxx;
DROP TABLE the_old_book_must_be_empty;
DROP TABLE bdcqzs;
DROP TABLE qlr;
DROP TABLE fdcq2;
DROP TABLE cfdj;
DROP TABLE h;
DROP TABLE zdjbxx;
DROP TABLE djlog;
CREATE TABLE djlog ( -- 登簿日志: one row per entry and unit
	tenant TEXT NOT NULL,
	xh BIGINT NOT NULL,                          -- 序号
	bdcdyh TEXT NOT NULL,                        -- 不动产单元代码
	ywh TEXT NOT NULL,                           -- 业务号
	djlx TEXT NOT NULL CHECK (djlx IN ('000','100','200','300','400','500','600','700','800','900')), -- 登记类型
	qllx TEXT NOT NULL,                          -- 权利类型
	djyy TEXT NOT NULL,                          -- 登记原因
	bdcqzh TEXT NOT NULL,                        -- 证书、证明号
	zss BIGINT NOT NULL,                         -- 证书数
	zms BIGINT NOT NULL,                         -- 证明数
	dbr TEXT NOT NULL,                           -- 登簿人
	djsj TEXT NOT NULL,                          -- 登簿时间
	hs BIGINT NOT NULL,                          -- 行数
	mx TEXT NOT NULL,                            -- 明细
	yz TEXT NOT NULL,                            -- 盐值 (sealed)
	zy TEXT NOT NULL,                            -- 摘要
	lz TEXT NOT NULL,                            -- 链值
	PRIMARY KEY (tenant, xh), UNIQUE (tenant, ywh, bdcdyh)
);
CREATE INDEX djlog_unit ON djlog (tenant, bdcdyh);
CREATE INDEX djlog_time ON djlog (tenant, djsj);

CREATE TABLE zdjbxx ( -- 宗地基本信息
	tenant TEXT NOT NULL,
	bsm BIGINT NOT NULL,                         -- 标识码
	bdcdyh TEXT NOT NULL,                        -- 不动产单元代码
	zddm TEXT NOT NULL,                          -- 宗地代码
	zdtzm TEXT NOT NULL,                         -- 宗地特征码
	zl TEXT NOT NULL,                            -- 坐落
	zdmj BIGINT NOT NULL CHECK (zdmj > 0),       -- 宗地面积
	yt TEXT NOT NULL,                            -- 用途
	qlxz TEXT NOT NULL,                          -- 权利性质
	ssbsm BIGINT,                                -- 上手标识码
	ywh TEXT NOT NULL,                           -- 业务号
	zzywh TEXT,                                  -- 终止业务号
	yxq_q TEXT NOT NULL,                         -- 有效期起
	yxq_z TEXT,                                  -- 有效期止
	PRIMARY KEY (tenant, bsm),
	CHECK ((yxq_z IS NULL) = (zzywh IS NULL)), CHECK (yxq_z IS NULL OR yxq_z >= yxq_q)
);
CREATE INDEX zdjbxx_unit ON zdjbxx (tenant, bdcdyh);
CREATE UNIQUE INDEX zdjbxx_current ON zdjbxx (tenant, bdcdyh) WHERE yxq_z IS NULL;

CREATE TABLE zhjbxx ( -- 宗海基本信息
	tenant TEXT NOT NULL,
	bsm BIGINT NOT NULL,                         -- 标识码
	bdcdyh TEXT NOT NULL,                        -- 不动产单元代码
	zhdm TEXT NOT NULL,                          -- 宗海代码
	zl TEXT NOT NULL,                            -- 坐落
	zhmj BIGINT NOT NULL CHECK (zhmj > 0),       -- 宗海面积
	yhlx TEXT NOT NULL,                          -- 用海类型
	yhfs TEXT NOT NULL,                          -- 用海方式
	ssbsm BIGINT,                                -- 上手标识码
	ywh TEXT NOT NULL,                           -- 业务号
	zzywh TEXT,                                  -- 终止业务号
	yxq_q TEXT NOT NULL,                         -- 有效期起
	yxq_z TEXT,                                  -- 有效期止
	PRIMARY KEY (tenant, bsm),
	CHECK ((yxq_z IS NULL) = (zzywh IS NULL)), CHECK (yxq_z IS NULL OR yxq_z >= yxq_q)
);
CREATE INDEX zhjbxx_unit ON zhjbxx (tenant, bdcdyh);
CREATE UNIQUE INDEX zhjbxx_current ON zhjbxx (tenant, bdcdyh) WHERE yxq_z IS NULL;

CREATE TABLE zrz ( -- 自然幢
	tenant TEXT NOT NULL,
	bsm BIGINT NOT NULL,                         -- 标识码
	bdcdyh TEXT NOT NULL,                        -- 不动产单元代码
	zrzh TEXT NOT NULL,                          -- 自然幢号
	zddm TEXT NOT NULL,                          -- 宗地代码
	zl TEXT NOT NULL,                            -- 坐落
	zcs BIGINT NOT NULL,                         -- 总层数
	fwjg TEXT NOT NULL,                          -- 房屋结构
	jgrq TEXT NOT NULL,                          -- 竣工日期
	ssbsm BIGINT,                                -- 上手标识码
	ywh TEXT NOT NULL,                           -- 业务号
	zzywh TEXT,                                  -- 终止业务号
	yxq_q TEXT NOT NULL,                         -- 有效期起
	yxq_z TEXT,                                  -- 有效期止
	PRIMARY KEY (tenant, bsm),
	CHECK ((yxq_z IS NULL) = (zzywh IS NULL)), CHECK (yxq_z IS NULL OR yxq_z >= yxq_q)
);
CREATE INDEX zrz_unit ON zrz (tenant, bdcdyh);
CREATE UNIQUE INDEX zrz_current ON zrz (tenant, bdcdyh) WHERE yxq_z IS NULL;

CREATE TABLE h ( -- 户
	tenant TEXT NOT NULL,
	bsm BIGINT NOT NULL,                         -- 标识码
	bdcdyh TEXT NOT NULL,                        -- 不动产单元代码
	zddm TEXT NOT NULL,                          -- 宗地代码
	zrzh TEXT NOT NULL,                          -- 自然幢号
	zl TEXT NOT NULL,                            -- 坐落
	shbw TEXT NOT NULL,                          -- 室号部位
	szc TEXT NOT NULL,                           -- 所在层
	jzmj BIGINT NOT NULL CHECK (jzmj > 0),       -- 建筑面积
	ghyt TEXT NOT NULL,                          -- 规划用途
	ssbsm BIGINT,                                -- 上手标识码
	ywh TEXT NOT NULL,                           -- 业务号
	zzywh TEXT,                                  -- 终止业务号
	yxq_q TEXT NOT NULL,                         -- 有效期起
	yxq_z TEXT,                                  -- 有效期止
	PRIMARY KEY (tenant, bsm),
	CHECK ((yxq_z IS NULL) = (zzywh IS NULL)), CHECK (yxq_z IS NULL OR yxq_z >= yxq_q)
);
CREATE INDEX h_unit ON h (tenant, bdcdyh);
CREATE UNIQUE INDEX h_current ON h (tenant, bdcdyh) WHERE yxq_z IS NULL;

CREATE TABLE tdsyq ( -- 土地所有权
	tenant TEXT NOT NULL,
	bsm BIGINT NOT NULL,                         -- 标识码
	bdcdyh TEXT NOT NULL,                        -- 不动产单元代码
	qllx TEXT NOT NULL,                          -- 权利类型
	djlx TEXT NOT NULL CHECK (djlx IN ('000','100','200','300','400','500','600','700','800','900')), -- 登记类型
	djyy TEXT NOT NULL,                          -- 登记原因
	bdcqzh TEXT NOT NULL,                        -- 不动产权证号
	fj TEXT NOT NULL,                            -- 附记
	dbr TEXT NOT NULL,                           -- 登簿人
	djsj TEXT NOT NULL,                          -- 登记时间
	mj BIGINT NOT NULL CHECK (mj > 0),           -- 面积
	ssbsm BIGINT,                                -- 上手标识码
	ywh TEXT NOT NULL,                           -- 业务号
	zzywh TEXT,                                  -- 终止业务号
	yxq_q TEXT NOT NULL,                         -- 有效期起
	yxq_z TEXT,                                  -- 有效期止
	PRIMARY KEY (tenant, bsm),
	CHECK ((yxq_z IS NULL) = (zzywh IS NULL)), CHECK (yxq_z IS NULL OR yxq_z >= yxq_q)
);
CREATE INDEX tdsyq_unit ON tdsyq (tenant, bdcdyh);
CREATE UNIQUE INDEX tdsyq_current ON tdsyq (tenant, bdcdyh) WHERE yxq_z IS NULL; -- one in force for a unit

CREATE TABLE jsydsyq ( -- 建设用地使用权、宅基地使用权
	tenant TEXT NOT NULL,
	bsm BIGINT NOT NULL,                         -- 标识码
	bdcdyh TEXT NOT NULL,                        -- 不动产单元代码
	qllx TEXT NOT NULL,                          -- 权利类型
	djlx TEXT NOT NULL CHECK (djlx IN ('000','100','200','300','400','500','600','700','800','900')), -- 登记类型
	djyy TEXT NOT NULL,                          -- 登记原因
	bdcqzh TEXT NOT NULL,                        -- 不动产权证号
	fj TEXT NOT NULL,                            -- 附记
	dbr TEXT NOT NULL,                           -- 登簿人
	djsj TEXT NOT NULL,                          -- 登记时间
	syqmj BIGINT NOT NULL CHECK (syqmj > 0),     -- 使用权面积
	syqqssj TEXT NOT NULL,                       -- 使用权起始时间
	syqjssj TEXT NOT NULL,                       -- 使用权结束时间
	qdjg BIGINT NOT NULL,                        -- 取得价格
	ssbsm BIGINT,                                -- 上手标识码
	ywh TEXT NOT NULL,                           -- 业务号
	zzywh TEXT,                                  -- 终止业务号
	yxq_q TEXT NOT NULL,                         -- 有效期起
	yxq_z TEXT,                                  -- 有效期止
	PRIMARY KEY (tenant, bsm),
	CHECK ((yxq_z IS NULL) = (zzywh IS NULL)), CHECK (yxq_z IS NULL OR yxq_z >= yxq_q)
);
CREATE INDEX jsydsyq_unit ON jsydsyq (tenant, bdcdyh);
CREATE UNIQUE INDEX jsydsyq_current ON jsydsyq (tenant, bdcdyh) WHERE yxq_z IS NULL; -- one in force for a unit

CREATE TABLE fdcq1 ( -- 房地产权(项目内多幢房屋)
	tenant TEXT NOT NULL,
	bsm BIGINT NOT NULL,                         -- 标识码
	bdcdyh TEXT NOT NULL,                        -- 不动产单元代码
	qllx TEXT NOT NULL,                          -- 权利类型
	djlx TEXT NOT NULL CHECK (djlx IN ('000','100','200','300','400','500','600','700','800','900')), -- 登记类型
	djyy TEXT NOT NULL,                          -- 登记原因
	bdcqzh TEXT NOT NULL,                        -- 不动产权证号
	fj TEXT NOT NULL,                            -- 附记
	dbr TEXT NOT NULL,                           -- 登簿人
	djsj TEXT NOT NULL,                          -- 登记时间
	zts BIGINT NOT NULL,                         -- 总套数
	jzmj BIGINT NOT NULL CHECK (jzmj > 0),       -- 建筑面积
	ghyt TEXT NOT NULL,                          -- 规划用途
	tdsyqssj TEXT NOT NULL,                      -- 土地使用起始时间
	tdsyjssj TEXT NOT NULL,                      -- 土地使用结束时间
	ssbsm BIGINT,                                -- 上手标识码
	ywh TEXT NOT NULL,                           -- 业务号
	zzywh TEXT,                                  -- 终止业务号
	yxq_q TEXT NOT NULL,                         -- 有效期起
	yxq_z TEXT,                                  -- 有效期止
	PRIMARY KEY (tenant, bsm),
	CHECK ((yxq_z IS NULL) = (zzywh IS NULL)), CHECK (yxq_z IS NULL OR yxq_z >= yxq_q)
);
CREATE INDEX fdcq1_unit ON fdcq1 (tenant, bdcdyh);
CREATE UNIQUE INDEX fdcq1_current ON fdcq1 (tenant, bdcdyh) WHERE yxq_z IS NULL; -- one in force for a unit

CREATE TABLE fdcq2 ( -- 房地产权(独幢、层、套、间房屋)
	tenant TEXT NOT NULL,
	bsm BIGINT NOT NULL,                         -- 标识码
	bdcdyh TEXT NOT NULL,                        -- 不动产单元代码
	qllx TEXT NOT NULL,                          -- 权利类型
	djlx TEXT NOT NULL CHECK (djlx IN ('000','100','200','300','400','500','600','700','800','900')), -- 登记类型
	djyy TEXT NOT NULL,                          -- 登记原因
	bdcqzh TEXT NOT NULL,                        -- 不动产权证号
	fj TEXT NOT NULL,                            -- 附记
	dbr TEXT NOT NULL,                           -- 登簿人
	djsj TEXT NOT NULL,                          -- 登记时间
	jg BIGINT NOT NULL,                          -- 房地产交易价格
	tdsyqssj TEXT NOT NULL,                      -- 土地使用起始时间
	tdsyjssj TEXT NOT NULL,                      -- 土地使用结束时间
	ssbsm BIGINT,                                -- 上手标识码
	ywh TEXT NOT NULL,                           -- 业务号
	zzywh TEXT,                                  -- 终止业务号
	yxq_q TEXT NOT NULL,                         -- 有效期起
	yxq_z TEXT,                                  -- 有效期止
	PRIMARY KEY (tenant, bsm),
	CHECK ((yxq_z IS NULL) = (zzywh IS NULL)), CHECK (yxq_z IS NULL OR yxq_z >= yxq_q)
);
CREATE INDEX fdcq2_unit ON fdcq2 (tenant, bdcdyh);
CREATE UNIQUE INDEX fdcq2_current ON fdcq2 (tenant, bdcdyh) WHERE yxq_z IS NULL; -- one in force for a unit

CREATE TABLE nydsyq ( -- 农用地使用权(非林地)
	tenant TEXT NOT NULL,
	bsm BIGINT NOT NULL,                         -- 标识码
	bdcdyh TEXT NOT NULL,                        -- 不动产单元代码
	qllx TEXT NOT NULL,                          -- 权利类型
	djlx TEXT NOT NULL CHECK (djlx IN ('000','100','200','300','400','500','600','700','800','900')), -- 登记类型
	djyy TEXT NOT NULL,                          -- 登记原因
	bdcqzh TEXT NOT NULL,                        -- 不动产权证号
	fj TEXT NOT NULL,                            -- 附记
	dbr TEXT NOT NULL,                           -- 登簿人
	djsj TEXT NOT NULL,                          -- 登记时间
	cbmj BIGINT NOT NULL CHECK (cbmj > 0),       -- 承包(使用权)面积
	cbqssj TEXT NOT NULL,                        -- 承包(使用)起始时间
	cbjssj TEXT NOT NULL,                        -- 承包(使用)结束时间
	ssbsm BIGINT,                                -- 上手标识码
	ywh TEXT NOT NULL,                           -- 业务号
	zzywh TEXT,                                  -- 终止业务号
	yxq_q TEXT NOT NULL,                         -- 有效期起
	yxq_z TEXT,                                  -- 有效期止
	PRIMARY KEY (tenant, bsm),
	CHECK ((yxq_z IS NULL) = (zzywh IS NULL)), CHECK (yxq_z IS NULL OR yxq_z >= yxq_q)
);
CREATE INDEX nydsyq_unit ON nydsyq (tenant, bdcdyh);
CREATE UNIQUE INDEX nydsyq_current ON nydsyq (tenant, bdcdyh) WHERE yxq_z IS NULL; -- one in force for a unit

CREATE TABLE lq ( -- 林权
	tenant TEXT NOT NULL,
	bsm BIGINT NOT NULL,                         -- 标识码
	bdcdyh TEXT NOT NULL,                        -- 不动产单元代码
	qllx TEXT NOT NULL,                          -- 权利类型
	djlx TEXT NOT NULL CHECK (djlx IN ('000','100','200','300','400','500','600','700','800','900')), -- 登记类型
	djyy TEXT NOT NULL,                          -- 登记原因
	bdcqzh TEXT NOT NULL,                        -- 不动产权证号
	fj TEXT NOT NULL,                            -- 附记
	dbr TEXT NOT NULL,                           -- 登簿人
	djsj TEXT NOT NULL,                          -- 登记时间
	zl TEXT NOT NULL,                            -- 坐落
	syqmj BIGINT NOT NULL CHECK (syqmj > 0),     -- 使用权(承包)面积
	ldsyqssj TEXT NOT NULL,                      -- 林地使用(承包)起始时间
	ldsyjssj TEXT NOT NULL,                      -- 林地使用(承包)结束时间
	zysz TEXT NOT NULL,                          -- 主要树种
	lz TEXT NOT NULL,                            -- 林种
	qy TEXT NOT NULL,                            -- 起源
	ssbsm BIGINT,                                -- 上手标识码
	ywh TEXT NOT NULL,                           -- 业务号
	zzywh TEXT,                                  -- 终止业务号
	yxq_q TEXT NOT NULL,                         -- 有效期起
	yxq_z TEXT,                                  -- 有效期止
	PRIMARY KEY (tenant, bsm),
	CHECK ((yxq_z IS NULL) = (zzywh IS NULL)), CHECK (yxq_z IS NULL OR yxq_z >= yxq_q)
);
CREATE INDEX lq_unit ON lq (tenant, bdcdyh);
CREATE UNIQUE INDEX lq_current ON lq (tenant, bdcdyh) WHERE yxq_z IS NULL; -- one in force for a unit

CREATE TABLE hysyq ( -- 海域(含无居民海岛)使用权
	tenant TEXT NOT NULL,
	bsm BIGINT NOT NULL,                         -- 标识码
	bdcdyh TEXT NOT NULL,                        -- 不动产单元代码
	qllx TEXT NOT NULL,                          -- 权利类型
	djlx TEXT NOT NULL CHECK (djlx IN ('000','100','200','300','400','500','600','700','800','900')), -- 登记类型
	djyy TEXT NOT NULL,                          -- 登记原因
	bdcqzh TEXT NOT NULL,                        -- 不动产权证号
	fj TEXT NOT NULL,                            -- 附记
	dbr TEXT NOT NULL,                           -- 登簿人
	djsj TEXT NOT NULL,                          -- 登记时间
	syqmj BIGINT NOT NULL CHECK (syqmj > 0),     -- 使用权面积
	syqqssj TEXT NOT NULL,                       -- 使用权起始时间
	syqjssj TEXT NOT NULL,                       -- 使用权结束时间
	ssbsm BIGINT,                                -- 上手标识码
	ywh TEXT NOT NULL,                           -- 业务号
	zzywh TEXT,                                  -- 终止业务号
	yxq_q TEXT NOT NULL,                         -- 有效期起
	yxq_z TEXT,                                  -- 有效期止
	PRIMARY KEY (tenant, bsm),
	CHECK ((yxq_z IS NULL) = (zzywh IS NULL)), CHECK (yxq_z IS NULL OR yxq_z >= yxq_q)
);
CREATE INDEX hysyq_unit ON hysyq (tenant, bdcdyh);
CREATE UNIQUE INDEX hysyq_current ON hysyq (tenant, bdcdyh) WHERE yxq_z IS NULL; -- one in force for a unit

CREATE TABLE fdcq3 ( -- 建筑物区分所有权业主共有部分
	tenant TEXT NOT NULL,
	bsm BIGINT NOT NULL,                         -- 标识码
	bdcdyh TEXT NOT NULL,                        -- 不动产单元代码
	qllx TEXT NOT NULL,                          -- 权利类型
	djlx TEXT NOT NULL CHECK (djlx IN ('000','100','200','300','400','500','600','700','800','900')), -- 登记类型
	jgzwmc TEXT NOT NULL,                        -- 建筑物、场所名称
	jgzwmj BIGINT NOT NULL,                      -- 建筑面积
	dbr TEXT NOT NULL,                           -- 登簿人
	djsj TEXT NOT NULL,                          -- 登记时间
	ssbsm BIGINT,                                -- 上手标识码
	ywh TEXT NOT NULL,                           -- 业务号
	zzywh TEXT,                                  -- 终止业务号
	yxq_q TEXT NOT NULL,                         -- 有效期起
	yxq_z TEXT,                                  -- 有效期止
	PRIMARY KEY (tenant, bsm),
	CHECK ((yxq_z IS NULL) = (zzywh IS NULL)), CHECK (yxq_z IS NULL OR yxq_z >= yxq_q)
);
CREATE INDEX fdcq3_unit ON fdcq3 (tenant, bdcdyh);

CREATE TABLE dyaq ( -- 抵押权
	tenant TEXT NOT NULL,
	bsm BIGINT NOT NULL,                         -- 标识码
	bdcdyh TEXT NOT NULL,                        -- 不动产单元代码
	qllx TEXT NOT NULL,                          -- 权利类型
	djlx TEXT NOT NULL CHECK (djlx IN ('000','100','200','300','400','500','600','700','800','900')), -- 登记类型
	djyy TEXT NOT NULL,                          -- 登记原因
	bdcdjzmh TEXT NOT NULL,                      -- 不动产登记证明号
	fj TEXT NOT NULL,                            -- 附记
	dbr TEXT NOT NULL,                           -- 登簿人
	djsj TEXT NOT NULL,                          -- 登记时间
	ywr TEXT NOT NULL,                           -- 抵押人 (sealed)
	scsj TEXT NOT NULL,                          -- 首次登记时间
	dyfs TEXT NOT NULL CHECK (dyfs IN ('1','2')), -- 抵押方式
	dybdclx TEXT NOT NULL,                       -- 抵押不动产类型
	dysw BIGINT NOT NULL CHECK (dysw > 0),       -- 抵押顺位
	bdbzzqse BIGINT NOT NULL,                    -- 被担保主债权数额(最高债权额)
	zwlxqssj TEXT NOT NULL,                      -- 债务履行(债权确定)起始时间
	zwlxjssj TEXT NOT NULL,                      -- 债务履行(债权确定)结束时间
	dbfw TEXT NOT NULL,                          -- 担保范围
	jzzr TEXT NOT NULL CHECK (jzzr IN ('0','1')), -- 是否存在禁止或限制转让抵押不动产的约定
	ssbsm BIGINT,                                -- 上手标识码
	ywh TEXT NOT NULL,                           -- 业务号
	zzywh TEXT,                                  -- 终止业务号
	yxq_q TEXT NOT NULL,                         -- 有效期起
	yxq_z TEXT,                                  -- 有效期止
	PRIMARY KEY (tenant, bsm),
	CHECK ((yxq_z IS NULL) = (zzywh IS NULL)), CHECK (yxq_z IS NULL OR yxq_z >= yxq_q)
);
CREATE INDEX dyaq_unit ON dyaq (tenant, bdcdyh);

CREATE TABLE dyiq ( -- 地役权
	tenant TEXT NOT NULL,
	bsm BIGINT NOT NULL,                         -- 标识码
	bdcdyh TEXT NOT NULL,                        -- 不动产单元代码
	qllx TEXT NOT NULL,                          -- 权利类型
	djlx TEXT NOT NULL CHECK (djlx IN ('000','100','200','300','400','500','600','700','800','900')), -- 登记类型
	djyy TEXT NOT NULL,                          -- 登记原因
	bdcdjzmh TEXT NOT NULL,                      -- 不动产登记证明号
	fj TEXT NOT NULL,                            -- 附记
	dbr TEXT NOT NULL,                           -- 登簿人
	djsj TEXT NOT NULL,                          -- 登记时间
	ywr TEXT NOT NULL,                           -- 供役地权利人 (sealed)
	xydbdcdyh TEXT NOT NULL,                     -- 需役地不动产单元代码
	dyqnr TEXT NOT NULL,                         -- 地役权内容
	qlqssj TEXT NOT NULL,                        -- 地役权起始时间
	qljssj TEXT NOT NULL,                        -- 地役权结束时间
	ssbsm BIGINT,                                -- 上手标识码
	ywh TEXT NOT NULL,                           -- 业务号
	zzywh TEXT,                                  -- 终止业务号
	yxq_q TEXT NOT NULL,                         -- 有效期起
	yxq_z TEXT,                                  -- 有效期止
	PRIMARY KEY (tenant, bsm),
	CHECK ((yxq_z IS NULL) = (zzywh IS NULL)), CHECK (yxq_z IS NULL OR yxq_z >= yxq_q)
);
CREATE INDEX dyiq_unit ON dyiq (tenant, bdcdyh);

CREATE TABLE jzq ( -- 居住权
	tenant TEXT NOT NULL,
	bsm BIGINT NOT NULL,                         -- 标识码
	bdcdyh TEXT NOT NULL,                        -- 不动产单元代码
	qllx TEXT NOT NULL,                          -- 权利类型
	djlx TEXT NOT NULL CHECK (djlx IN ('000','100','200','300','400','500','600','700','800','900')), -- 登记类型
	djyy TEXT NOT NULL,                          -- 登记原因
	bdcdjzmh TEXT NOT NULL,                      -- 不动产登记证明号
	fj TEXT NOT NULL,                            -- 附记
	dbr TEXT NOT NULL,                           -- 登簿人
	djsj TEXT NOT NULL,                          -- 登记时间
	ywr TEXT NOT NULL,                           -- 义务人 (sealed)
	jzfw TEXT NOT NULL,                          -- 居住的条件和要求
	qlqssj TEXT NOT NULL,                        -- 居住权起始时间
	qljssj TEXT NOT NULL,                        -- 居住权结束时间
	ssbsm BIGINT,                                -- 上手标识码
	ywh TEXT NOT NULL,                           -- 业务号
	zzywh TEXT,                                  -- 终止业务号
	yxq_q TEXT NOT NULL,                         -- 有效期起
	yxq_z TEXT,                                  -- 有效期止
	PRIMARY KEY (tenant, bsm),
	CHECK ((yxq_z IS NULL) = (zzywh IS NULL)), CHECK (yxq_z IS NULL OR yxq_z >= yxq_q)
);
CREATE INDEX jzq_unit ON jzq (tenant, bdcdyh);

CREATE TABLE ygdj ( -- 预告登记
	tenant TEXT NOT NULL,
	bsm BIGINT NOT NULL,                         -- 标识码
	bdcdyh TEXT NOT NULL,                        -- 不动产单元代码
	qllx TEXT NOT NULL,                          -- 权利类型
	djlx TEXT NOT NULL CHECK (djlx IN ('000','100','200','300','400','500','600','700','800','900')), -- 登记类型
	djyy TEXT NOT NULL,                          -- 登记原因
	bdcdjzmh TEXT NOT NULL,                      -- 不动产登记证明号
	fj TEXT NOT NULL,                            -- 附记
	dbr TEXT NOT NULL,                           -- 登簿人
	djsj TEXT NOT NULL,                          -- 登记时间
	ywr TEXT NOT NULL,                           -- 义务人 (sealed)
	ygdjzl TEXT NOT NULL CHECK (ygdjzl IN ('1','2','3','4')), -- 预告登记种类
	qdjg BIGINT NOT NULL,                        -- 取得价格(被担保主债权数额)
	qlqssj TEXT NOT NULL,                        -- 债务履行起始时间
	qljssj TEXT NOT NULL,                        -- 债务履行结束时间
	kdjrq TEXT NOT NULL,                         -- 能够进行不动产登记之日
	ssbsm BIGINT,                                -- 上手标识码
	ywh TEXT NOT NULL,                           -- 业务号
	zzywh TEXT,                                  -- 终止业务号
	yxq_q TEXT NOT NULL,                         -- 有效期起
	yxq_z TEXT,                                  -- 有效期止
	PRIMARY KEY (tenant, bsm),
	CHECK ((yxq_z IS NULL) = (zzywh IS NULL)), CHECK (yxq_z IS NULL OR yxq_z >= yxq_q)
);
CREATE INDEX ygdj_unit ON ygdj (tenant, bdcdyh);
CREATE INDEX ygdj_due ON ygdj (tenant, bsm) WHERE yxq_z IS NULL;

CREATE TABLE yydj ( -- 异议登记
	tenant TEXT NOT NULL,
	bsm BIGINT NOT NULL,                         -- 标识码
	bdcdyh TEXT NOT NULL,                        -- 不动产单元代码
	qllx TEXT NOT NULL,                          -- 权利类型
	djlx TEXT NOT NULL CHECK (djlx IN ('000','100','200','300','400','500','600','700','800','900')), -- 登记类型
	djyy TEXT NOT NULL,                          -- 登记原因
	bdcdjzmh TEXT NOT NULL,                      -- 不动产登记证明号
	fj TEXT NOT NULL,                            -- 附记
	dbr TEXT NOT NULL,                           -- 登簿人
	djsj TEXT NOT NULL,                          -- 登记时间
	yysx TEXT NOT NULL,                          -- 异议事项
	ssfy TEXT NOT NULL,                          -- 受诉法院
	ah TEXT NOT NULL,                            -- 案号
	ssbsm BIGINT,                                -- 上手标识码
	ywh TEXT NOT NULL,                           -- 业务号
	zzywh TEXT,                                  -- 终止业务号
	yxq_q TEXT NOT NULL,                         -- 有效期起
	yxq_z TEXT,                                  -- 有效期止
	PRIMARY KEY (tenant, bsm),
	CHECK ((yxq_z IS NULL) = (zzywh IS NULL)), CHECK (yxq_z IS NULL OR yxq_z >= yxq_q)
);
CREATE INDEX yydj_unit ON yydj (tenant, bdcdyh);
CREATE INDEX yydj_due ON yydj (tenant, djsj) WHERE yxq_z IS NULL;

CREATE TABLE cfdj ( -- 查封登记
	tenant TEXT NOT NULL,
	bsm BIGINT NOT NULL,                         -- 标识码
	bdcdyh TEXT NOT NULL,                        -- 不动产单元代码
	djlx TEXT NOT NULL CHECK (djlx IN ('000','100','200','300','400','500','600','700','800','900')), -- 登记类型
	cfjg TEXT NOT NULL,                          -- 查封机关
	cflx TEXT NOT NULL CHECK (cflx IN ('1','2','3','4','99')), -- 查封类型
	cfwh TEXT NOT NULL,                          -- 查封文号
	cfqssj TEXT NOT NULL,                        -- 查封起始时间
	cfjssj TEXT NOT NULL,                        -- 查封结束时间
	sdsj TEXT NOT NULL,                          -- 送达时间
	fj TEXT NOT NULL,                            -- 附记
	dbr TEXT NOT NULL,                           -- 登簿人
	djsj TEXT NOT NULL,                          -- 登记时间
	ssbsm BIGINT,                                -- 上手标识码
	ywh TEXT NOT NULL,                           -- 业务号
	zzywh TEXT,                                  -- 终止业务号
	yxq_q TEXT NOT NULL,                         -- 有效期起
	yxq_z TEXT,                                  -- 有效期止
	PRIMARY KEY (tenant, bsm),
	CHECK ((yxq_z IS NULL) = (zzywh IS NULL)), CHECK (yxq_z IS NULL OR yxq_z >= yxq_q)
);
CREATE INDEX cfdj_unit ON cfdj (tenant, bdcdyh);
CREATE INDEX cfdj_due ON cfdj (tenant, cfjssj) WHERE yxq_z IS NULL;

CREATE TABLE qlr ( -- 权利人
	tenant TEXT NOT NULL,
	bsm BIGINT NOT NULL,                         -- 标识码
	bdcdyh TEXT NOT NULL,                        -- 不动产单元代码
	qltb TEXT NOT NULL,                          -- 权利所在表
	qlbsm BIGINT NOT NULL,                       -- 权利标识码
	sxh BIGINT NOT NULL,                         -- 顺序号
	qlrmc TEXT NOT NULL,                         -- 权利人名称 (sealed)
	zjzl TEXT NOT NULL,                          -- 证件种类
	zjh TEXT NOT NULL,                           -- 证件号 (sealed)
	zjh_index TEXT NOT NULL,                     -- its blind index
	qlrlx TEXT NOT NULL,                         -- 权利人类型
	gyfs TEXT NOT NULL CHECK (gyfs IN ('0','1','2','3')), -- 共有方式
	qlbl TEXT NOT NULL,                          -- 权利比例
	qlbl_fz BIGINT NOT NULL CHECK (qlbl_fz > 0), -- 份额(分子)
	qlbl_fm BIGINT NOT NULL CHECK (qlbl_fm >= qlbl_fz), -- 份额(分母)
	ssbsm BIGINT,                                -- 上手标识码
	ywh TEXT NOT NULL,                           -- 业务号
	zzywh TEXT,                                  -- 终止业务号
	yxq_q TEXT NOT NULL,                         -- 有效期起
	yxq_z TEXT,                                  -- 有效期止
	PRIMARY KEY (tenant, bsm),
	CHECK ((yxq_z IS NULL) = (zzywh IS NULL)), CHECK (yxq_z IS NULL OR yxq_z >= yxq_q)
);
CREATE INDEX qlr_unit ON qlr (tenant, bdcdyh);
CREATE INDEX qlr_right ON qlr (tenant, qlbsm);
CREATE INDEX qlr_person ON qlr (tenant, zjh_index, bsm);

CREATE TABLE zxdj ( -- 注销登记
	tenant TEXT NOT NULL,
	bsm BIGINT NOT NULL,                         -- 标识码
	bdcdyh TEXT NOT NULL,                        -- 不动产单元代码
	zxtb TEXT NOT NULL,                          -- 注销记录所在表
	zxbsm BIGINT NOT NULL,                       -- 注销记录标识码
	djyy TEXT NOT NULL,                          -- 注销原因
	jg TEXT NOT NULL,                            -- 机关
	wh TEXT NOT NULL,                            -- 文号
	dbr TEXT NOT NULL,                           -- 登簿人
	djsj TEXT NOT NULL,                          -- 登记时间
	ssbsm BIGINT,                                -- 上手标识码
	ywh TEXT NOT NULL,                           -- 业务号
	zzywh TEXT,                                  -- 终止业务号
	yxq_q TEXT NOT NULL,                         -- 有效期起
	yxq_z TEXT,                                  -- 有效期止
	PRIMARY KEY (tenant, bsm),
	CHECK ((yxq_z IS NULL) = (zzywh IS NULL)), CHECK (yxq_z IS NULL OR yxq_z >= yxq_q)
);
CREATE INDEX zxdj_unit ON zxdj (tenant, bdcdyh);

CREATE TABLE zsbh ( -- 证书、证明编号: every number that was ever drawn; a void one is a state, not a gap
	tenant TEXT NOT NULL,
	number TEXT NOT NULL,                        -- as printed
	kind TEXT NOT NULL CHECK (kind IN ('title','proof')),
	period TEXT NOT NULL, n BIGINT,              -- year and number of this office's series; n NULL for numbers of other offices and systems
	state TEXT NOT NULL CHECK (state IN ('used','void')),
	bdcdyh TEXT NOT NULL, bsm BIGINT NOT NULL,   -- the right row it was drawn for; '' and 0 when void
	ywh TEXT NOT NULL,                           -- entry that drew it; of a void one who declared it
	at TEXT NOT NULL, reason TEXT NOT NULL,
	PRIMARY KEY (tenant, number), UNIQUE (tenant, kind, period, n)
);
CREATE INDEX zsbh_row ON zsbh (tenant, bsm);

CREATE TABLE bdcqzs ( -- 不动产权证书、不动产登记证明: made after the entry (缮证)
	tenant TEXT NOT NULL, bdcqzh TEXT NOT NULL, case_id TEXT NOT NULL, bsm BIGINT NOT NULL,
	text TEXT NOT NULL, signature TEXT NOT NULL, -- sealed canonical certificate, detached signature of the e-seal
	size BIGINT NOT NULL, digest BYTEA NOT NULL, blob BYTEA NOT NULL, blob_key TEXT NOT NULL, -- the PDF
	made_at TEXT NOT NULL,
	PRIMARY KEY (tenant, bdcqzh)
);

-- Location words: an index beside the book that can be made anew from it (domain/location.h). A location down to its building stands once,
-- its pairs of characters point to it, units point to it.
CREATE TABLE zldz (
	tenant TEXT NOT NULL, zlid BIGINT NOT NULL, zl TEXT NOT NULL,
	PRIMARY KEY (tenant, zlid), UNIQUE (tenant, zl)
);
CREATE TABLE zlci (
	tenant TEXT NOT NULL, ci TEXT NOT NULL, zlid BIGINT NOT NULL,
	PRIMARY KEY (tenant, ci, zlid)
);
CREATE TABLE zldy (
	tenant TEXT NOT NULL, zlid BIGINT NOT NULL, bdcdyh TEXT NOT NULL,
	PRIMARY KEY (tenant, zlid, bdcdyh)
);

-- Conditions that look at other rows stand in functions, as a trigger's WHEN may not.
CREATE FUNCTION book_open() RETURNS TRIGGER LANGUAGE plpgsql AS $$ BEGIN
	IF EXISTS (SELECT 1 FROM djlog WHERE tenant = NEW.tenant AND ywh = CASE WHEN TG_OP = 'INSERT' THEN NEW.ywh ELSE NEW.zzywh END)
		THEN RAISE EXCEPTION 'the entry is closed'; END IF;
	RETURN NEW;
END $$;
CREATE TRIGGER zdjbxx_end BEFORE UPDATE ON zdjbxx FOR EACH ROW WHEN ((NEW.tenant,NEW.bsm,NEW.bdcdyh,NEW.zddm,NEW.zdtzm,NEW.zl,NEW.zdmj,NEW.yt,NEW.qlxz,NEW.ssbsm,NEW.ywh,NEW.yxq_q) IS DISTINCT FROM (OLD.tenant,OLD.bsm,OLD.bdcdyh,OLD.zddm,OLD.zdtzm,OLD.zl,OLD.zdmj,OLD.yt,OLD.qlxz,OLD.ssbsm,OLD.ywh,OLD.yxq_q)
	OR NOT ((OLD.yxq_z IS NULL AND NEW.yxq_z IS NOT NULL) OR (NEW.yxq_z IS NOT DISTINCT FROM OLD.yxq_z AND NEW.zzywh IS NOT DISTINCT FROM OLD.zzywh)))
	EXECUTE FUNCTION db_refuse('the book is append-only');
CREATE TRIGGER zdjbxx_keep BEFORE DELETE ON zdjbxx FOR EACH ROW EXECUTE FUNCTION db_refuse('the book is append-only');
CREATE TRIGGER zdjbxx_all BEFORE TRUNCATE ON zdjbxx FOR EACH STATEMENT EXECUTE FUNCTION db_refuse('the book is append-only');
CREATE TRIGGER zdjbxx_open BEFORE INSERT ON zdjbxx FOR EACH ROW EXECUTE FUNCTION book_open();
CREATE TRIGGER zdjbxx_open_end BEFORE UPDATE ON zdjbxx FOR EACH ROW WHEN (OLD.zzywh IS NULL AND NEW.zzywh IS NOT NULL) EXECUTE FUNCTION book_open();
CREATE TRIGGER zhjbxx_end BEFORE UPDATE ON zhjbxx FOR EACH ROW WHEN ((NEW.tenant,NEW.bsm,NEW.bdcdyh,NEW.zhdm,NEW.zl,NEW.zhmj,NEW.yhlx,NEW.yhfs,NEW.ssbsm,NEW.ywh,NEW.yxq_q) IS DISTINCT FROM (OLD.tenant,OLD.bsm,OLD.bdcdyh,OLD.zhdm,OLD.zl,OLD.zhmj,OLD.yhlx,OLD.yhfs,OLD.ssbsm,OLD.ywh,OLD.yxq_q)
	OR NOT ((OLD.yxq_z IS NULL AND NEW.yxq_z IS NOT NULL) OR (NEW.yxq_z IS NOT DISTINCT FROM OLD.yxq_z AND NEW.zzywh IS NOT DISTINCT FROM OLD.zzywh)))
	EXECUTE FUNCTION db_refuse('the book is append-only');
CREATE TRIGGER zhjbxx_keep BEFORE DELETE ON zhjbxx FOR EACH ROW EXECUTE FUNCTION db_refuse('the book is append-only');
CREATE TRIGGER zhjbxx_all BEFORE TRUNCATE ON zhjbxx FOR EACH STATEMENT EXECUTE FUNCTION db_refuse('the book is append-only');
CREATE TRIGGER zhjbxx_open BEFORE INSERT ON zhjbxx FOR EACH ROW EXECUTE FUNCTION book_open();
CREATE TRIGGER zhjbxx_open_end BEFORE UPDATE ON zhjbxx FOR EACH ROW WHEN (OLD.zzywh IS NULL AND NEW.zzywh IS NOT NULL) EXECUTE FUNCTION book_open();
CREATE TRIGGER zrz_end BEFORE UPDATE ON zrz FOR EACH ROW WHEN ((NEW.tenant,NEW.bsm,NEW.bdcdyh,NEW.zrzh,NEW.zddm,NEW.zl,NEW.zcs,NEW.fwjg,NEW.jgrq,NEW.ssbsm,NEW.ywh,NEW.yxq_q) IS DISTINCT FROM (OLD.tenant,OLD.bsm,OLD.bdcdyh,OLD.zrzh,OLD.zddm,OLD.zl,OLD.zcs,OLD.fwjg,OLD.jgrq,OLD.ssbsm,OLD.ywh,OLD.yxq_q)
	OR NOT ((OLD.yxq_z IS NULL AND NEW.yxq_z IS NOT NULL) OR (NEW.yxq_z IS NOT DISTINCT FROM OLD.yxq_z AND NEW.zzywh IS NOT DISTINCT FROM OLD.zzywh)))
	EXECUTE FUNCTION db_refuse('the book is append-only');
CREATE TRIGGER zrz_keep BEFORE DELETE ON zrz FOR EACH ROW EXECUTE FUNCTION db_refuse('the book is append-only');
CREATE TRIGGER zrz_all BEFORE TRUNCATE ON zrz FOR EACH STATEMENT EXECUTE FUNCTION db_refuse('the book is append-only');
CREATE TRIGGER zrz_open BEFORE INSERT ON zrz FOR EACH ROW EXECUTE FUNCTION book_open();
CREATE TRIGGER zrz_open_end BEFORE UPDATE ON zrz FOR EACH ROW WHEN (OLD.zzywh IS NULL AND NEW.zzywh IS NOT NULL) EXECUTE FUNCTION book_open();
CREATE TRIGGER h_end BEFORE UPDATE ON h FOR EACH ROW WHEN ((NEW.tenant,NEW.bsm,NEW.bdcdyh,NEW.zddm,NEW.zrzh,NEW.zl,NEW.shbw,NEW.szc,NEW.jzmj,NEW.ghyt,NEW.ssbsm,NEW.ywh,NEW.yxq_q) IS DISTINCT FROM (OLD.tenant,OLD.bsm,OLD.bdcdyh,OLD.zddm,OLD.zrzh,OLD.zl,OLD.shbw,OLD.szc,OLD.jzmj,OLD.ghyt,OLD.ssbsm,OLD.ywh,OLD.yxq_q)
	OR NOT ((OLD.yxq_z IS NULL AND NEW.yxq_z IS NOT NULL) OR (NEW.yxq_z IS NOT DISTINCT FROM OLD.yxq_z AND NEW.zzywh IS NOT DISTINCT FROM OLD.zzywh)))
	EXECUTE FUNCTION db_refuse('the book is append-only');
CREATE TRIGGER h_keep BEFORE DELETE ON h FOR EACH ROW EXECUTE FUNCTION db_refuse('the book is append-only');
CREATE TRIGGER h_all BEFORE TRUNCATE ON h FOR EACH STATEMENT EXECUTE FUNCTION db_refuse('the book is append-only');
CREATE TRIGGER h_open BEFORE INSERT ON h FOR EACH ROW EXECUTE FUNCTION book_open();
CREATE TRIGGER h_open_end BEFORE UPDATE ON h FOR EACH ROW WHEN (OLD.zzywh IS NULL AND NEW.zzywh IS NOT NULL) EXECUTE FUNCTION book_open();
CREATE TRIGGER tdsyq_end BEFORE UPDATE ON tdsyq FOR EACH ROW WHEN ((NEW.tenant,NEW.bsm,NEW.bdcdyh,NEW.qllx,NEW.djlx,NEW.djyy,NEW.bdcqzh,NEW.fj,NEW.dbr,NEW.djsj,NEW.mj,NEW.ssbsm,NEW.ywh,NEW.yxq_q) IS DISTINCT FROM (OLD.tenant,OLD.bsm,OLD.bdcdyh,OLD.qllx,OLD.djlx,OLD.djyy,OLD.bdcqzh,OLD.fj,OLD.dbr,OLD.djsj,OLD.mj,OLD.ssbsm,OLD.ywh,OLD.yxq_q)
	OR NOT ((OLD.yxq_z IS NULL AND NEW.yxq_z IS NOT NULL) OR (NEW.yxq_z IS NOT DISTINCT FROM OLD.yxq_z AND NEW.zzywh IS NOT DISTINCT FROM OLD.zzywh)))
	EXECUTE FUNCTION db_refuse('the book is append-only');
CREATE TRIGGER tdsyq_keep BEFORE DELETE ON tdsyq FOR EACH ROW EXECUTE FUNCTION db_refuse('the book is append-only');
CREATE TRIGGER tdsyq_all BEFORE TRUNCATE ON tdsyq FOR EACH STATEMENT EXECUTE FUNCTION db_refuse('the book is append-only');
CREATE TRIGGER tdsyq_open BEFORE INSERT ON tdsyq FOR EACH ROW EXECUTE FUNCTION book_open();
CREATE TRIGGER tdsyq_open_end BEFORE UPDATE ON tdsyq FOR EACH ROW WHEN (OLD.zzywh IS NULL AND NEW.zzywh IS NOT NULL) EXECUTE FUNCTION book_open();
CREATE TRIGGER jsydsyq_end BEFORE UPDATE ON jsydsyq FOR EACH ROW WHEN ((NEW.tenant,NEW.bsm,NEW.bdcdyh,NEW.qllx,NEW.djlx,NEW.djyy,NEW.bdcqzh,NEW.fj,NEW.dbr,NEW.djsj,NEW.syqmj,NEW.syqqssj,NEW.syqjssj,NEW.qdjg,NEW.ssbsm,NEW.ywh,NEW.yxq_q) IS DISTINCT FROM (OLD.tenant,OLD.bsm,OLD.bdcdyh,OLD.qllx,OLD.djlx,OLD.djyy,OLD.bdcqzh,OLD.fj,OLD.dbr,OLD.djsj,OLD.syqmj,OLD.syqqssj,OLD.syqjssj,OLD.qdjg,OLD.ssbsm,OLD.ywh,OLD.yxq_q)
	OR NOT ((OLD.yxq_z IS NULL AND NEW.yxq_z IS NOT NULL) OR (NEW.yxq_z IS NOT DISTINCT FROM OLD.yxq_z AND NEW.zzywh IS NOT DISTINCT FROM OLD.zzywh)))
	EXECUTE FUNCTION db_refuse('the book is append-only');
CREATE TRIGGER jsydsyq_keep BEFORE DELETE ON jsydsyq FOR EACH ROW EXECUTE FUNCTION db_refuse('the book is append-only');
CREATE TRIGGER jsydsyq_all BEFORE TRUNCATE ON jsydsyq FOR EACH STATEMENT EXECUTE FUNCTION db_refuse('the book is append-only');
CREATE TRIGGER jsydsyq_open BEFORE INSERT ON jsydsyq FOR EACH ROW EXECUTE FUNCTION book_open();
CREATE TRIGGER jsydsyq_open_end BEFORE UPDATE ON jsydsyq FOR EACH ROW WHEN (OLD.zzywh IS NULL AND NEW.zzywh IS NOT NULL) EXECUTE FUNCTION book_open();
CREATE TRIGGER fdcq1_end BEFORE UPDATE ON fdcq1 FOR EACH ROW WHEN ((NEW.tenant,NEW.bsm,NEW.bdcdyh,NEW.qllx,NEW.djlx,NEW.djyy,NEW.bdcqzh,NEW.fj,NEW.dbr,NEW.djsj,NEW.zts,NEW.jzmj,NEW.ghyt,NEW.tdsyqssj,NEW.tdsyjssj,NEW.ssbsm,NEW.ywh,NEW.yxq_q) IS DISTINCT FROM (OLD.tenant,OLD.bsm,OLD.bdcdyh,OLD.qllx,OLD.djlx,OLD.djyy,OLD.bdcqzh,OLD.fj,OLD.dbr,OLD.djsj,OLD.zts,OLD.jzmj,OLD.ghyt,OLD.tdsyqssj,OLD.tdsyjssj,OLD.ssbsm,OLD.ywh,OLD.yxq_q)
	OR NOT ((OLD.yxq_z IS NULL AND NEW.yxq_z IS NOT NULL) OR (NEW.yxq_z IS NOT DISTINCT FROM OLD.yxq_z AND NEW.zzywh IS NOT DISTINCT FROM OLD.zzywh)))
	EXECUTE FUNCTION db_refuse('the book is append-only');
CREATE TRIGGER fdcq1_keep BEFORE DELETE ON fdcq1 FOR EACH ROW EXECUTE FUNCTION db_refuse('the book is append-only');
CREATE TRIGGER fdcq1_all BEFORE TRUNCATE ON fdcq1 FOR EACH STATEMENT EXECUTE FUNCTION db_refuse('the book is append-only');
CREATE TRIGGER fdcq1_open BEFORE INSERT ON fdcq1 FOR EACH ROW EXECUTE FUNCTION book_open();
CREATE TRIGGER fdcq1_open_end BEFORE UPDATE ON fdcq1 FOR EACH ROW WHEN (OLD.zzywh IS NULL AND NEW.zzywh IS NOT NULL) EXECUTE FUNCTION book_open();
CREATE TRIGGER fdcq2_end BEFORE UPDATE ON fdcq2 FOR EACH ROW WHEN ((NEW.tenant,NEW.bsm,NEW.bdcdyh,NEW.qllx,NEW.djlx,NEW.djyy,NEW.bdcqzh,NEW.fj,NEW.dbr,NEW.djsj,NEW.jg,NEW.tdsyqssj,NEW.tdsyjssj,NEW.ssbsm,NEW.ywh,NEW.yxq_q) IS DISTINCT FROM (OLD.tenant,OLD.bsm,OLD.bdcdyh,OLD.qllx,OLD.djlx,OLD.djyy,OLD.bdcqzh,OLD.fj,OLD.dbr,OLD.djsj,OLD.jg,OLD.tdsyqssj,OLD.tdsyjssj,OLD.ssbsm,OLD.ywh,OLD.yxq_q)
	OR NOT ((OLD.yxq_z IS NULL AND NEW.yxq_z IS NOT NULL) OR (NEW.yxq_z IS NOT DISTINCT FROM OLD.yxq_z AND NEW.zzywh IS NOT DISTINCT FROM OLD.zzywh)))
	EXECUTE FUNCTION db_refuse('the book is append-only');
CREATE TRIGGER fdcq2_keep BEFORE DELETE ON fdcq2 FOR EACH ROW EXECUTE FUNCTION db_refuse('the book is append-only');
CREATE TRIGGER fdcq2_all BEFORE TRUNCATE ON fdcq2 FOR EACH STATEMENT EXECUTE FUNCTION db_refuse('the book is append-only');
CREATE TRIGGER fdcq2_open BEFORE INSERT ON fdcq2 FOR EACH ROW EXECUTE FUNCTION book_open();
CREATE TRIGGER fdcq2_open_end BEFORE UPDATE ON fdcq2 FOR EACH ROW WHEN (OLD.zzywh IS NULL AND NEW.zzywh IS NOT NULL) EXECUTE FUNCTION book_open();
CREATE TRIGGER nydsyq_end BEFORE UPDATE ON nydsyq FOR EACH ROW WHEN ((NEW.tenant,NEW.bsm,NEW.bdcdyh,NEW.qllx,NEW.djlx,NEW.djyy,NEW.bdcqzh,NEW.fj,NEW.dbr,NEW.djsj,NEW.cbmj,NEW.cbqssj,NEW.cbjssj,NEW.ssbsm,NEW.ywh,NEW.yxq_q) IS DISTINCT FROM (OLD.tenant,OLD.bsm,OLD.bdcdyh,OLD.qllx,OLD.djlx,OLD.djyy,OLD.bdcqzh,OLD.fj,OLD.dbr,OLD.djsj,OLD.cbmj,OLD.cbqssj,OLD.cbjssj,OLD.ssbsm,OLD.ywh,OLD.yxq_q)
	OR NOT ((OLD.yxq_z IS NULL AND NEW.yxq_z IS NOT NULL) OR (NEW.yxq_z IS NOT DISTINCT FROM OLD.yxq_z AND NEW.zzywh IS NOT DISTINCT FROM OLD.zzywh)))
	EXECUTE FUNCTION db_refuse('the book is append-only');
CREATE TRIGGER nydsyq_keep BEFORE DELETE ON nydsyq FOR EACH ROW EXECUTE FUNCTION db_refuse('the book is append-only');
CREATE TRIGGER nydsyq_all BEFORE TRUNCATE ON nydsyq FOR EACH STATEMENT EXECUTE FUNCTION db_refuse('the book is append-only');
CREATE TRIGGER nydsyq_open BEFORE INSERT ON nydsyq FOR EACH ROW EXECUTE FUNCTION book_open();
CREATE TRIGGER nydsyq_open_end BEFORE UPDATE ON nydsyq FOR EACH ROW WHEN (OLD.zzywh IS NULL AND NEW.zzywh IS NOT NULL) EXECUTE FUNCTION book_open();
CREATE TRIGGER lq_end BEFORE UPDATE ON lq FOR EACH ROW WHEN ((NEW.tenant,NEW.bsm,NEW.bdcdyh,NEW.qllx,NEW.djlx,NEW.djyy,NEW.bdcqzh,NEW.fj,NEW.dbr,NEW.djsj,NEW.zl,NEW.syqmj,NEW.ldsyqssj,NEW.ldsyjssj,NEW.zysz,NEW.lz,NEW.qy,NEW.ssbsm,NEW.ywh,NEW.yxq_q) IS DISTINCT FROM (OLD.tenant,OLD.bsm,OLD.bdcdyh,OLD.qllx,OLD.djlx,OLD.djyy,OLD.bdcqzh,OLD.fj,OLD.dbr,OLD.djsj,OLD.zl,OLD.syqmj,OLD.ldsyqssj,OLD.ldsyjssj,OLD.zysz,OLD.lz,OLD.qy,OLD.ssbsm,OLD.ywh,OLD.yxq_q)
	OR NOT ((OLD.yxq_z IS NULL AND NEW.yxq_z IS NOT NULL) OR (NEW.yxq_z IS NOT DISTINCT FROM OLD.yxq_z AND NEW.zzywh IS NOT DISTINCT FROM OLD.zzywh)))
	EXECUTE FUNCTION db_refuse('the book is append-only');
CREATE TRIGGER lq_keep BEFORE DELETE ON lq FOR EACH ROW EXECUTE FUNCTION db_refuse('the book is append-only');
CREATE TRIGGER lq_all BEFORE TRUNCATE ON lq FOR EACH STATEMENT EXECUTE FUNCTION db_refuse('the book is append-only');
CREATE TRIGGER lq_open BEFORE INSERT ON lq FOR EACH ROW EXECUTE FUNCTION book_open();
CREATE TRIGGER lq_open_end BEFORE UPDATE ON lq FOR EACH ROW WHEN (OLD.zzywh IS NULL AND NEW.zzywh IS NOT NULL) EXECUTE FUNCTION book_open();
CREATE TRIGGER hysyq_end BEFORE UPDATE ON hysyq FOR EACH ROW WHEN ((NEW.tenant,NEW.bsm,NEW.bdcdyh,NEW.qllx,NEW.djlx,NEW.djyy,NEW.bdcqzh,NEW.fj,NEW.dbr,NEW.djsj,NEW.syqmj,NEW.syqqssj,NEW.syqjssj,NEW.ssbsm,NEW.ywh,NEW.yxq_q) IS DISTINCT FROM (OLD.tenant,OLD.bsm,OLD.bdcdyh,OLD.qllx,OLD.djlx,OLD.djyy,OLD.bdcqzh,OLD.fj,OLD.dbr,OLD.djsj,OLD.syqmj,OLD.syqqssj,OLD.syqjssj,OLD.ssbsm,OLD.ywh,OLD.yxq_q)
	OR NOT ((OLD.yxq_z IS NULL AND NEW.yxq_z IS NOT NULL) OR (NEW.yxq_z IS NOT DISTINCT FROM OLD.yxq_z AND NEW.zzywh IS NOT DISTINCT FROM OLD.zzywh)))
	EXECUTE FUNCTION db_refuse('the book is append-only');
CREATE TRIGGER hysyq_keep BEFORE DELETE ON hysyq FOR EACH ROW EXECUTE FUNCTION db_refuse('the book is append-only');
CREATE TRIGGER hysyq_all BEFORE TRUNCATE ON hysyq FOR EACH STATEMENT EXECUTE FUNCTION db_refuse('the book is append-only');
CREATE TRIGGER hysyq_open BEFORE INSERT ON hysyq FOR EACH ROW EXECUTE FUNCTION book_open();
CREATE TRIGGER hysyq_open_end BEFORE UPDATE ON hysyq FOR EACH ROW WHEN (OLD.zzywh IS NULL AND NEW.zzywh IS NOT NULL) EXECUTE FUNCTION book_open();
CREATE TRIGGER fdcq3_end BEFORE UPDATE ON fdcq3 FOR EACH ROW WHEN ((NEW.tenant,NEW.bsm,NEW.bdcdyh,NEW.qllx,NEW.djlx,NEW.jgzwmc,NEW.jgzwmj,NEW.dbr,NEW.djsj,NEW.ssbsm,NEW.ywh,NEW.yxq_q) IS DISTINCT FROM (OLD.tenant,OLD.bsm,OLD.bdcdyh,OLD.qllx,OLD.djlx,OLD.jgzwmc,OLD.jgzwmj,OLD.dbr,OLD.djsj,OLD.ssbsm,OLD.ywh,OLD.yxq_q)
	OR NOT ((OLD.yxq_z IS NULL AND NEW.yxq_z IS NOT NULL) OR (NEW.yxq_z IS NOT DISTINCT FROM OLD.yxq_z AND NEW.zzywh IS NOT DISTINCT FROM OLD.zzywh)))
	EXECUTE FUNCTION db_refuse('the book is append-only');
CREATE TRIGGER fdcq3_keep BEFORE DELETE ON fdcq3 FOR EACH ROW EXECUTE FUNCTION db_refuse('the book is append-only');
CREATE TRIGGER fdcq3_all BEFORE TRUNCATE ON fdcq3 FOR EACH STATEMENT EXECUTE FUNCTION db_refuse('the book is append-only');
CREATE TRIGGER fdcq3_open BEFORE INSERT ON fdcq3 FOR EACH ROW EXECUTE FUNCTION book_open();
CREATE TRIGGER fdcq3_open_end BEFORE UPDATE ON fdcq3 FOR EACH ROW WHEN (OLD.zzywh IS NULL AND NEW.zzywh IS NOT NULL) EXECUTE FUNCTION book_open();
CREATE TRIGGER dyaq_end BEFORE UPDATE ON dyaq FOR EACH ROW WHEN ((NEW.tenant,NEW.bsm,NEW.bdcdyh,NEW.qllx,NEW.djlx,NEW.djyy,NEW.bdcdjzmh,NEW.fj,NEW.dbr,NEW.djsj,NEW.scsj,NEW.dyfs,NEW.dybdclx,NEW.dysw,NEW.bdbzzqse,NEW.zwlxqssj,NEW.zwlxjssj,NEW.dbfw,NEW.jzzr,NEW.ssbsm,NEW.ywh,NEW.yxq_q) IS DISTINCT FROM (OLD.tenant,OLD.bsm,OLD.bdcdyh,OLD.qllx,OLD.djlx,OLD.djyy,OLD.bdcdjzmh,OLD.fj,OLD.dbr,OLD.djsj,OLD.scsj,OLD.dyfs,OLD.dybdclx,OLD.dysw,OLD.bdbzzqse,OLD.zwlxqssj,OLD.zwlxjssj,OLD.dbfw,OLD.jzzr,OLD.ssbsm,OLD.ywh,OLD.yxq_q)
	OR NOT ((OLD.yxq_z IS NULL AND NEW.yxq_z IS NOT NULL) OR (NEW.yxq_z IS NOT DISTINCT FROM OLD.yxq_z AND NEW.zzywh IS NOT DISTINCT FROM OLD.zzywh)))
	EXECUTE FUNCTION db_refuse('the book is append-only');
CREATE TRIGGER dyaq_keep BEFORE DELETE ON dyaq FOR EACH ROW EXECUTE FUNCTION db_refuse('the book is append-only');
CREATE TRIGGER dyaq_all BEFORE TRUNCATE ON dyaq FOR EACH STATEMENT EXECUTE FUNCTION db_refuse('the book is append-only');
CREATE TRIGGER dyaq_open BEFORE INSERT ON dyaq FOR EACH ROW EXECUTE FUNCTION book_open();
CREATE TRIGGER dyaq_open_end BEFORE UPDATE ON dyaq FOR EACH ROW WHEN (OLD.zzywh IS NULL AND NEW.zzywh IS NOT NULL) EXECUTE FUNCTION book_open();
CREATE TRIGGER dyiq_end BEFORE UPDATE ON dyiq FOR EACH ROW WHEN ((NEW.tenant,NEW.bsm,NEW.bdcdyh,NEW.qllx,NEW.djlx,NEW.djyy,NEW.bdcdjzmh,NEW.fj,NEW.dbr,NEW.djsj,NEW.xydbdcdyh,NEW.dyqnr,NEW.qlqssj,NEW.qljssj,NEW.ssbsm,NEW.ywh,NEW.yxq_q) IS DISTINCT FROM (OLD.tenant,OLD.bsm,OLD.bdcdyh,OLD.qllx,OLD.djlx,OLD.djyy,OLD.bdcdjzmh,OLD.fj,OLD.dbr,OLD.djsj,OLD.xydbdcdyh,OLD.dyqnr,OLD.qlqssj,OLD.qljssj,OLD.ssbsm,OLD.ywh,OLD.yxq_q)
	OR NOT ((OLD.yxq_z IS NULL AND NEW.yxq_z IS NOT NULL) OR (NEW.yxq_z IS NOT DISTINCT FROM OLD.yxq_z AND NEW.zzywh IS NOT DISTINCT FROM OLD.zzywh)))
	EXECUTE FUNCTION db_refuse('the book is append-only');
CREATE TRIGGER dyiq_keep BEFORE DELETE ON dyiq FOR EACH ROW EXECUTE FUNCTION db_refuse('the book is append-only');
CREATE TRIGGER dyiq_all BEFORE TRUNCATE ON dyiq FOR EACH STATEMENT EXECUTE FUNCTION db_refuse('the book is append-only');
CREATE TRIGGER dyiq_open BEFORE INSERT ON dyiq FOR EACH ROW EXECUTE FUNCTION book_open();
CREATE TRIGGER dyiq_open_end BEFORE UPDATE ON dyiq FOR EACH ROW WHEN (OLD.zzywh IS NULL AND NEW.zzywh IS NOT NULL) EXECUTE FUNCTION book_open();
CREATE TRIGGER jzq_end BEFORE UPDATE ON jzq FOR EACH ROW WHEN ((NEW.tenant,NEW.bsm,NEW.bdcdyh,NEW.qllx,NEW.djlx,NEW.djyy,NEW.bdcdjzmh,NEW.fj,NEW.dbr,NEW.djsj,NEW.jzfw,NEW.qlqssj,NEW.qljssj,NEW.ssbsm,NEW.ywh,NEW.yxq_q) IS DISTINCT FROM (OLD.tenant,OLD.bsm,OLD.bdcdyh,OLD.qllx,OLD.djlx,OLD.djyy,OLD.bdcdjzmh,OLD.fj,OLD.dbr,OLD.djsj,OLD.jzfw,OLD.qlqssj,OLD.qljssj,OLD.ssbsm,OLD.ywh,OLD.yxq_q)
	OR NOT ((OLD.yxq_z IS NULL AND NEW.yxq_z IS NOT NULL) OR (NEW.yxq_z IS NOT DISTINCT FROM OLD.yxq_z AND NEW.zzywh IS NOT DISTINCT FROM OLD.zzywh)))
	EXECUTE FUNCTION db_refuse('the book is append-only');
CREATE TRIGGER jzq_keep BEFORE DELETE ON jzq FOR EACH ROW EXECUTE FUNCTION db_refuse('the book is append-only');
CREATE TRIGGER jzq_all BEFORE TRUNCATE ON jzq FOR EACH STATEMENT EXECUTE FUNCTION db_refuse('the book is append-only');
CREATE TRIGGER jzq_open BEFORE INSERT ON jzq FOR EACH ROW EXECUTE FUNCTION book_open();
CREATE TRIGGER jzq_open_end BEFORE UPDATE ON jzq FOR EACH ROW WHEN (OLD.zzywh IS NULL AND NEW.zzywh IS NOT NULL) EXECUTE FUNCTION book_open();
CREATE TRIGGER ygdj_end BEFORE UPDATE ON ygdj FOR EACH ROW WHEN ((NEW.tenant,NEW.bsm,NEW.bdcdyh,NEW.qllx,NEW.djlx,NEW.djyy,NEW.bdcdjzmh,NEW.fj,NEW.dbr,NEW.djsj,NEW.ygdjzl,NEW.qdjg,NEW.qlqssj,NEW.qljssj,NEW.kdjrq,NEW.ssbsm,NEW.ywh,NEW.yxq_q) IS DISTINCT FROM (OLD.tenant,OLD.bsm,OLD.bdcdyh,OLD.qllx,OLD.djlx,OLD.djyy,OLD.bdcdjzmh,OLD.fj,OLD.dbr,OLD.djsj,OLD.ygdjzl,OLD.qdjg,OLD.qlqssj,OLD.qljssj,OLD.kdjrq,OLD.ssbsm,OLD.ywh,OLD.yxq_q)
	OR NOT ((OLD.yxq_z IS NULL AND NEW.yxq_z IS NOT NULL) OR (NEW.yxq_z IS NOT DISTINCT FROM OLD.yxq_z AND NEW.zzywh IS NOT DISTINCT FROM OLD.zzywh)))
	EXECUTE FUNCTION db_refuse('the book is append-only');
CREATE TRIGGER ygdj_keep BEFORE DELETE ON ygdj FOR EACH ROW EXECUTE FUNCTION db_refuse('the book is append-only');
CREATE TRIGGER ygdj_all BEFORE TRUNCATE ON ygdj FOR EACH STATEMENT EXECUTE FUNCTION db_refuse('the book is append-only');
CREATE TRIGGER ygdj_open BEFORE INSERT ON ygdj FOR EACH ROW EXECUTE FUNCTION book_open();
CREATE TRIGGER ygdj_open_end BEFORE UPDATE ON ygdj FOR EACH ROW WHEN (OLD.zzywh IS NULL AND NEW.zzywh IS NOT NULL) EXECUTE FUNCTION book_open();
CREATE TRIGGER yydj_end BEFORE UPDATE ON yydj FOR EACH ROW WHEN ((NEW.tenant,NEW.bsm,NEW.bdcdyh,NEW.qllx,NEW.djlx,NEW.djyy,NEW.bdcdjzmh,NEW.fj,NEW.dbr,NEW.djsj,NEW.yysx,NEW.ssfy,NEW.ah,NEW.ssbsm,NEW.ywh,NEW.yxq_q) IS DISTINCT FROM (OLD.tenant,OLD.bsm,OLD.bdcdyh,OLD.qllx,OLD.djlx,OLD.djyy,OLD.bdcdjzmh,OLD.fj,OLD.dbr,OLD.djsj,OLD.yysx,OLD.ssfy,OLD.ah,OLD.ssbsm,OLD.ywh,OLD.yxq_q)
	OR NOT ((OLD.yxq_z IS NULL AND NEW.yxq_z IS NOT NULL) OR (NEW.yxq_z IS NOT DISTINCT FROM OLD.yxq_z AND NEW.zzywh IS NOT DISTINCT FROM OLD.zzywh)))
	EXECUTE FUNCTION db_refuse('the book is append-only');
CREATE TRIGGER yydj_keep BEFORE DELETE ON yydj FOR EACH ROW EXECUTE FUNCTION db_refuse('the book is append-only');
CREATE TRIGGER yydj_all BEFORE TRUNCATE ON yydj FOR EACH STATEMENT EXECUTE FUNCTION db_refuse('the book is append-only');
CREATE TRIGGER yydj_open BEFORE INSERT ON yydj FOR EACH ROW EXECUTE FUNCTION book_open();
CREATE TRIGGER yydj_open_end BEFORE UPDATE ON yydj FOR EACH ROW WHEN (OLD.zzywh IS NULL AND NEW.zzywh IS NOT NULL) EXECUTE FUNCTION book_open();
CREATE TRIGGER cfdj_end BEFORE UPDATE ON cfdj FOR EACH ROW WHEN ((NEW.tenant,NEW.bsm,NEW.bdcdyh,NEW.djlx,NEW.cfjg,NEW.cflx,NEW.cfwh,NEW.cfqssj,NEW.cfjssj,NEW.sdsj,NEW.fj,NEW.dbr,NEW.djsj,NEW.ssbsm,NEW.ywh,NEW.yxq_q) IS DISTINCT FROM (OLD.tenant,OLD.bsm,OLD.bdcdyh,OLD.djlx,OLD.cfjg,OLD.cflx,OLD.cfwh,OLD.cfqssj,OLD.cfjssj,OLD.sdsj,OLD.fj,OLD.dbr,OLD.djsj,OLD.ssbsm,OLD.ywh,OLD.yxq_q)
	OR NOT ((OLD.yxq_z IS NULL AND NEW.yxq_z IS NOT NULL) OR (NEW.yxq_z IS NOT DISTINCT FROM OLD.yxq_z AND NEW.zzywh IS NOT DISTINCT FROM OLD.zzywh)))
	EXECUTE FUNCTION db_refuse('the book is append-only');
CREATE TRIGGER cfdj_keep BEFORE DELETE ON cfdj FOR EACH ROW EXECUTE FUNCTION db_refuse('the book is append-only');
CREATE TRIGGER cfdj_all BEFORE TRUNCATE ON cfdj FOR EACH STATEMENT EXECUTE FUNCTION db_refuse('the book is append-only');
CREATE TRIGGER cfdj_open BEFORE INSERT ON cfdj FOR EACH ROW EXECUTE FUNCTION book_open();
CREATE TRIGGER cfdj_open_end BEFORE UPDATE ON cfdj FOR EACH ROW WHEN (OLD.zzywh IS NULL AND NEW.zzywh IS NOT NULL) EXECUTE FUNCTION book_open();
CREATE TRIGGER qlr_end BEFORE UPDATE ON qlr FOR EACH ROW WHEN ((NEW.tenant,NEW.bsm,NEW.bdcdyh,NEW.qltb,NEW.qlbsm,NEW.sxh,NEW.zjzl,NEW.qlrlx,NEW.gyfs,NEW.qlbl,NEW.qlbl_fz,NEW.qlbl_fm,NEW.ssbsm,NEW.ywh,NEW.yxq_q) IS DISTINCT FROM (OLD.tenant,OLD.bsm,OLD.bdcdyh,OLD.qltb,OLD.qlbsm,OLD.sxh,OLD.zjzl,OLD.qlrlx,OLD.gyfs,OLD.qlbl,OLD.qlbl_fz,OLD.qlbl_fm,OLD.ssbsm,OLD.ywh,OLD.yxq_q)
	OR NOT ((OLD.yxq_z IS NULL AND NEW.yxq_z IS NOT NULL) OR (NEW.yxq_z IS NOT DISTINCT FROM OLD.yxq_z AND NEW.zzywh IS NOT DISTINCT FROM OLD.zzywh)))
	EXECUTE FUNCTION db_refuse('the book is append-only');
CREATE TRIGGER qlr_keep BEFORE DELETE ON qlr FOR EACH ROW EXECUTE FUNCTION db_refuse('the book is append-only');
CREATE TRIGGER qlr_all BEFORE TRUNCATE ON qlr FOR EACH STATEMENT EXECUTE FUNCTION db_refuse('the book is append-only');
CREATE TRIGGER qlr_open BEFORE INSERT ON qlr FOR EACH ROW EXECUTE FUNCTION book_open();
CREATE TRIGGER qlr_open_end BEFORE UPDATE ON qlr FOR EACH ROW WHEN (OLD.zzywh IS NULL AND NEW.zzywh IS NOT NULL) EXECUTE FUNCTION book_open();
CREATE TRIGGER zxdj_end BEFORE UPDATE ON zxdj FOR EACH ROW WHEN ((NEW.tenant,NEW.bsm,NEW.bdcdyh,NEW.zxtb,NEW.zxbsm,NEW.djyy,NEW.jg,NEW.wh,NEW.dbr,NEW.djsj,NEW.ssbsm,NEW.ywh,NEW.yxq_q) IS DISTINCT FROM (OLD.tenant,OLD.bsm,OLD.bdcdyh,OLD.zxtb,OLD.zxbsm,OLD.djyy,OLD.jg,OLD.wh,OLD.dbr,OLD.djsj,OLD.ssbsm,OLD.ywh,OLD.yxq_q)
	OR NOT ((OLD.yxq_z IS NULL AND NEW.yxq_z IS NOT NULL) OR (NEW.yxq_z IS NOT DISTINCT FROM OLD.yxq_z AND NEW.zzywh IS NOT DISTINCT FROM OLD.zzywh)))
	EXECUTE FUNCTION db_refuse('the book is append-only');
CREATE TRIGGER zxdj_keep BEFORE DELETE ON zxdj FOR EACH ROW EXECUTE FUNCTION db_refuse('the book is append-only');
CREATE TRIGGER zxdj_all BEFORE TRUNCATE ON zxdj FOR EACH STATEMENT EXECUTE FUNCTION db_refuse('the book is append-only');
CREATE TRIGGER zxdj_open BEFORE INSERT ON zxdj FOR EACH ROW EXECUTE FUNCTION book_open();
CREATE TRIGGER zxdj_open_end BEFORE UPDATE ON zxdj FOR EACH ROW WHEN (OLD.zzywh IS NULL AND NEW.zzywh IS NOT NULL) EXECUTE FUNCTION book_open();
CREATE FUNCTION tdsyq_one() RETURNS TRIGGER LANGUAGE plpgsql AS $$ BEGIN
	IF EXISTS (SELECT 1 FROM jsydsyq WHERE tenant = NEW.tenant AND bdcdyh = NEW.bdcdyh AND yxq_z IS NULL)
		OR EXISTS (SELECT 1 FROM fdcq1 WHERE tenant = NEW.tenant AND bdcdyh = NEW.bdcdyh AND yxq_z IS NULL)
		OR EXISTS (SELECT 1 FROM fdcq2 WHERE tenant = NEW.tenant AND bdcdyh = NEW.bdcdyh AND yxq_z IS NULL)
		OR EXISTS (SELECT 1 FROM nydsyq WHERE tenant = NEW.tenant AND bdcdyh = NEW.bdcdyh AND yxq_z IS NULL)
		OR EXISTS (SELECT 1 FROM lq WHERE tenant = NEW.tenant AND bdcdyh = NEW.bdcdyh AND yxq_z IS NULL)
		OR EXISTS (SELECT 1 FROM hysyq WHERE tenant = NEW.tenant AND bdcdyh = NEW.bdcdyh AND yxq_z IS NULL)
		THEN RAISE EXCEPTION 'the unit has an ownership or use right in force'; END IF;
	RETURN NEW;
END $$;
CREATE TRIGGER tdsyq_one BEFORE INSERT ON tdsyq FOR EACH ROW WHEN (NEW.yxq_z IS NULL) EXECUTE FUNCTION tdsyq_one();
CREATE FUNCTION jsydsyq_one() RETURNS TRIGGER LANGUAGE plpgsql AS $$ BEGIN
	IF EXISTS (SELECT 1 FROM tdsyq WHERE tenant = NEW.tenant AND bdcdyh = NEW.bdcdyh AND yxq_z IS NULL)
		OR EXISTS (SELECT 1 FROM fdcq1 WHERE tenant = NEW.tenant AND bdcdyh = NEW.bdcdyh AND yxq_z IS NULL)
		OR EXISTS (SELECT 1 FROM fdcq2 WHERE tenant = NEW.tenant AND bdcdyh = NEW.bdcdyh AND yxq_z IS NULL)
		OR EXISTS (SELECT 1 FROM nydsyq WHERE tenant = NEW.tenant AND bdcdyh = NEW.bdcdyh AND yxq_z IS NULL)
		OR EXISTS (SELECT 1 FROM lq WHERE tenant = NEW.tenant AND bdcdyh = NEW.bdcdyh AND yxq_z IS NULL)
		OR EXISTS (SELECT 1 FROM hysyq WHERE tenant = NEW.tenant AND bdcdyh = NEW.bdcdyh AND yxq_z IS NULL)
		THEN RAISE EXCEPTION 'the unit has an ownership or use right in force'; END IF;
	RETURN NEW;
END $$;
CREATE TRIGGER jsydsyq_one BEFORE INSERT ON jsydsyq FOR EACH ROW WHEN (NEW.yxq_z IS NULL) EXECUTE FUNCTION jsydsyq_one();
CREATE FUNCTION fdcq1_one() RETURNS TRIGGER LANGUAGE plpgsql AS $$ BEGIN
	IF EXISTS (SELECT 1 FROM tdsyq WHERE tenant = NEW.tenant AND bdcdyh = NEW.bdcdyh AND yxq_z IS NULL)
		OR EXISTS (SELECT 1 FROM jsydsyq WHERE tenant = NEW.tenant AND bdcdyh = NEW.bdcdyh AND yxq_z IS NULL)
		OR EXISTS (SELECT 1 FROM fdcq2 WHERE tenant = NEW.tenant AND bdcdyh = NEW.bdcdyh AND yxq_z IS NULL)
		OR EXISTS (SELECT 1 FROM nydsyq WHERE tenant = NEW.tenant AND bdcdyh = NEW.bdcdyh AND yxq_z IS NULL)
		OR EXISTS (SELECT 1 FROM lq WHERE tenant = NEW.tenant AND bdcdyh = NEW.bdcdyh AND yxq_z IS NULL)
		OR EXISTS (SELECT 1 FROM hysyq WHERE tenant = NEW.tenant AND bdcdyh = NEW.bdcdyh AND yxq_z IS NULL)
		THEN RAISE EXCEPTION 'the unit has an ownership or use right in force'; END IF;
	RETURN NEW;
END $$;
CREATE TRIGGER fdcq1_one BEFORE INSERT ON fdcq1 FOR EACH ROW WHEN (NEW.yxq_z IS NULL) EXECUTE FUNCTION fdcq1_one();
CREATE FUNCTION fdcq2_one() RETURNS TRIGGER LANGUAGE plpgsql AS $$ BEGIN
	IF EXISTS (SELECT 1 FROM tdsyq WHERE tenant = NEW.tenant AND bdcdyh = NEW.bdcdyh AND yxq_z IS NULL)
		OR EXISTS (SELECT 1 FROM jsydsyq WHERE tenant = NEW.tenant AND bdcdyh = NEW.bdcdyh AND yxq_z IS NULL)
		OR EXISTS (SELECT 1 FROM fdcq1 WHERE tenant = NEW.tenant AND bdcdyh = NEW.bdcdyh AND yxq_z IS NULL)
		OR EXISTS (SELECT 1 FROM nydsyq WHERE tenant = NEW.tenant AND bdcdyh = NEW.bdcdyh AND yxq_z IS NULL)
		OR EXISTS (SELECT 1 FROM lq WHERE tenant = NEW.tenant AND bdcdyh = NEW.bdcdyh AND yxq_z IS NULL)
		OR EXISTS (SELECT 1 FROM hysyq WHERE tenant = NEW.tenant AND bdcdyh = NEW.bdcdyh AND yxq_z IS NULL)
		THEN RAISE EXCEPTION 'the unit has an ownership or use right in force'; END IF;
	RETURN NEW;
END $$;
CREATE TRIGGER fdcq2_one BEFORE INSERT ON fdcq2 FOR EACH ROW WHEN (NEW.yxq_z IS NULL) EXECUTE FUNCTION fdcq2_one();
CREATE FUNCTION nydsyq_one() RETURNS TRIGGER LANGUAGE plpgsql AS $$ BEGIN
	IF EXISTS (SELECT 1 FROM tdsyq WHERE tenant = NEW.tenant AND bdcdyh = NEW.bdcdyh AND yxq_z IS NULL)
		OR EXISTS (SELECT 1 FROM jsydsyq WHERE tenant = NEW.tenant AND bdcdyh = NEW.bdcdyh AND yxq_z IS NULL)
		OR EXISTS (SELECT 1 FROM fdcq1 WHERE tenant = NEW.tenant AND bdcdyh = NEW.bdcdyh AND yxq_z IS NULL)
		OR EXISTS (SELECT 1 FROM fdcq2 WHERE tenant = NEW.tenant AND bdcdyh = NEW.bdcdyh AND yxq_z IS NULL)
		OR EXISTS (SELECT 1 FROM lq WHERE tenant = NEW.tenant AND bdcdyh = NEW.bdcdyh AND yxq_z IS NULL)
		OR EXISTS (SELECT 1 FROM hysyq WHERE tenant = NEW.tenant AND bdcdyh = NEW.bdcdyh AND yxq_z IS NULL)
		THEN RAISE EXCEPTION 'the unit has an ownership or use right in force'; END IF;
	RETURN NEW;
END $$;
CREATE TRIGGER nydsyq_one BEFORE INSERT ON nydsyq FOR EACH ROW WHEN (NEW.yxq_z IS NULL) EXECUTE FUNCTION nydsyq_one();
CREATE FUNCTION lq_one() RETURNS TRIGGER LANGUAGE plpgsql AS $$ BEGIN
	IF EXISTS (SELECT 1 FROM tdsyq WHERE tenant = NEW.tenant AND bdcdyh = NEW.bdcdyh AND yxq_z IS NULL)
		OR EXISTS (SELECT 1 FROM jsydsyq WHERE tenant = NEW.tenant AND bdcdyh = NEW.bdcdyh AND yxq_z IS NULL)
		OR EXISTS (SELECT 1 FROM fdcq1 WHERE tenant = NEW.tenant AND bdcdyh = NEW.bdcdyh AND yxq_z IS NULL)
		OR EXISTS (SELECT 1 FROM fdcq2 WHERE tenant = NEW.tenant AND bdcdyh = NEW.bdcdyh AND yxq_z IS NULL)
		OR EXISTS (SELECT 1 FROM nydsyq WHERE tenant = NEW.tenant AND bdcdyh = NEW.bdcdyh AND yxq_z IS NULL)
		OR EXISTS (SELECT 1 FROM hysyq WHERE tenant = NEW.tenant AND bdcdyh = NEW.bdcdyh AND yxq_z IS NULL)
		THEN RAISE EXCEPTION 'the unit has an ownership or use right in force'; END IF;
	RETURN NEW;
END $$;
CREATE TRIGGER lq_one BEFORE INSERT ON lq FOR EACH ROW WHEN (NEW.yxq_z IS NULL) EXECUTE FUNCTION lq_one();
CREATE FUNCTION hysyq_one() RETURNS TRIGGER LANGUAGE plpgsql AS $$ BEGIN
	IF EXISTS (SELECT 1 FROM tdsyq WHERE tenant = NEW.tenant AND bdcdyh = NEW.bdcdyh AND yxq_z IS NULL)
		OR EXISTS (SELECT 1 FROM jsydsyq WHERE tenant = NEW.tenant AND bdcdyh = NEW.bdcdyh AND yxq_z IS NULL)
		OR EXISTS (SELECT 1 FROM fdcq1 WHERE tenant = NEW.tenant AND bdcdyh = NEW.bdcdyh AND yxq_z IS NULL)
		OR EXISTS (SELECT 1 FROM fdcq2 WHERE tenant = NEW.tenant AND bdcdyh = NEW.bdcdyh AND yxq_z IS NULL)
		OR EXISTS (SELECT 1 FROM nydsyq WHERE tenant = NEW.tenant AND bdcdyh = NEW.bdcdyh AND yxq_z IS NULL)
		OR EXISTS (SELECT 1 FROM lq WHERE tenant = NEW.tenant AND bdcdyh = NEW.bdcdyh AND yxq_z IS NULL)
		THEN RAISE EXCEPTION 'the unit has an ownership or use right in force'; END IF;
	RETURN NEW;
END $$;
CREATE TRIGGER hysyq_one BEFORE INSERT ON hysyq FOR EACH ROW WHEN (NEW.yxq_z IS NULL) EXECUTE FUNCTION hysyq_one();
CREATE FUNCTION djlog_shares() RETURNS TRIGGER LANGUAGE plpgsql AS $$ BEGIN
	IF EXISTS (SELECT 1 FROM qlr WHERE tenant = NEW.tenant AND bdcdyh = NEW.bdcdyh AND yxq_z IS NULL
		GROUP BY qlbsm HAVING sum(qlbl_fz) <> max(qlbl_fm) OR min(qlbl_fm) <> max(qlbl_fm))
		THEN RAISE EXCEPTION 'shares do not sum to one'; END IF;
	RETURN NEW;
END $$;
CREATE TRIGGER djlog_shares BEFORE INSERT ON djlog FOR EACH ROW EXECUTE FUNCTION djlog_shares();
CREATE FUNCTION djlog_held() RETURNS TRIGGER LANGUAGE plpgsql AS $$ BEGIN
	IF EXISTS (SELECT 1 FROM tdsyq r WHERE r.tenant = NEW.tenant AND r.bdcdyh = NEW.bdcdyh AND r.yxq_z IS NULL AND NOT EXISTS (SELECT 1 FROM qlr q WHERE q.tenant = r.tenant AND q.qlbsm = r.bsm AND q.yxq_z IS NULL))
		OR EXISTS (SELECT 1 FROM jsydsyq r WHERE r.tenant = NEW.tenant AND r.bdcdyh = NEW.bdcdyh AND r.yxq_z IS NULL AND NOT EXISTS (SELECT 1 FROM qlr q WHERE q.tenant = r.tenant AND q.qlbsm = r.bsm AND q.yxq_z IS NULL))
		OR EXISTS (SELECT 1 FROM fdcq1 r WHERE r.tenant = NEW.tenant AND r.bdcdyh = NEW.bdcdyh AND r.yxq_z IS NULL AND NOT EXISTS (SELECT 1 FROM qlr q WHERE q.tenant = r.tenant AND q.qlbsm = r.bsm AND q.yxq_z IS NULL))
		OR EXISTS (SELECT 1 FROM fdcq2 r WHERE r.tenant = NEW.tenant AND r.bdcdyh = NEW.bdcdyh AND r.yxq_z IS NULL AND NOT EXISTS (SELECT 1 FROM qlr q WHERE q.tenant = r.tenant AND q.qlbsm = r.bsm AND q.yxq_z IS NULL))
		OR EXISTS (SELECT 1 FROM nydsyq r WHERE r.tenant = NEW.tenant AND r.bdcdyh = NEW.bdcdyh AND r.yxq_z IS NULL AND NOT EXISTS (SELECT 1 FROM qlr q WHERE q.tenant = r.tenant AND q.qlbsm = r.bsm AND q.yxq_z IS NULL))
		OR EXISTS (SELECT 1 FROM lq r WHERE r.tenant = NEW.tenant AND r.bdcdyh = NEW.bdcdyh AND r.yxq_z IS NULL AND NOT EXISTS (SELECT 1 FROM qlr q WHERE q.tenant = r.tenant AND q.qlbsm = r.bsm AND q.yxq_z IS NULL))
		OR EXISTS (SELECT 1 FROM hysyq r WHERE r.tenant = NEW.tenant AND r.bdcdyh = NEW.bdcdyh AND r.yxq_z IS NULL AND NOT EXISTS (SELECT 1 FROM qlr q WHERE q.tenant = r.tenant AND q.qlbsm = r.bsm AND q.yxq_z IS NULL))
		OR EXISTS (SELECT 1 FROM dyaq r WHERE r.tenant = NEW.tenant AND r.bdcdyh = NEW.bdcdyh AND r.yxq_z IS NULL AND NOT EXISTS (SELECT 1 FROM qlr q WHERE q.tenant = r.tenant AND q.qlbsm = r.bsm AND q.yxq_z IS NULL))
		OR EXISTS (SELECT 1 FROM dyiq r WHERE r.tenant = NEW.tenant AND r.bdcdyh = NEW.bdcdyh AND r.yxq_z IS NULL AND NOT EXISTS (SELECT 1 FROM qlr q WHERE q.tenant = r.tenant AND q.qlbsm = r.bsm AND q.yxq_z IS NULL))
		OR EXISTS (SELECT 1 FROM jzq r WHERE r.tenant = NEW.tenant AND r.bdcdyh = NEW.bdcdyh AND r.yxq_z IS NULL AND NOT EXISTS (SELECT 1 FROM qlr q WHERE q.tenant = r.tenant AND q.qlbsm = r.bsm AND q.yxq_z IS NULL))
		OR EXISTS (SELECT 1 FROM ygdj r WHERE r.tenant = NEW.tenant AND r.bdcdyh = NEW.bdcdyh AND r.yxq_z IS NULL AND NOT EXISTS (SELECT 1 FROM qlr q WHERE q.tenant = r.tenant AND q.qlbsm = r.bsm AND q.yxq_z IS NULL))
		OR EXISTS (SELECT 1 FROM yydj r WHERE r.tenant = NEW.tenant AND r.bdcdyh = NEW.bdcdyh AND r.yxq_z IS NULL AND NOT EXISTS (SELECT 1 FROM qlr q WHERE q.tenant = r.tenant AND q.qlbsm = r.bsm AND q.yxq_z IS NULL))
		THEN RAISE EXCEPTION 'a right without a holder'; END IF;
	RETURN NEW;
END $$;
CREATE TRIGGER djlog_held BEFORE INSERT ON djlog FOR EACH ROW EXECUTE FUNCTION djlog_held();
CREATE FUNCTION djlog_order() RETURNS TRIGGER LANGUAGE plpgsql AS $$ BEGIN
	IF NEW.xh <> 1 + (SELECT coalesce(max(xh), 0) FROM djlog WHERE tenant = NEW.tenant)
		THEN RAISE EXCEPTION 'the log has no gaps'; END IF;
	RETURN NEW;
END $$;
CREATE TRIGGER djlog_order BEFORE INSERT ON djlog FOR EACH ROW EXECUTE FUNCTION djlog_order();
CREATE TRIGGER djlog_end BEFORE UPDATE ON djlog FOR EACH ROW WHEN ((NEW.tenant,NEW.xh,NEW.bdcdyh,NEW.ywh,NEW.djlx,NEW.qllx,NEW.djyy,NEW.bdcqzh,NEW.zss,NEW.zms,NEW.dbr,NEW.djsj,NEW.hs,NEW.mx,NEW.zy,NEW.lz) IS DISTINCT FROM (OLD.tenant,OLD.xh,OLD.bdcdyh,OLD.ywh,OLD.djlx,OLD.qllx,OLD.djyy,OLD.bdcqzh,OLD.zss,OLD.zms,OLD.dbr,OLD.djsj,OLD.hs,OLD.mx,OLD.zy,OLD.lz))
	EXECUTE FUNCTION db_refuse('the log of entries is append-only');
CREATE TRIGGER djlog_keep BEFORE DELETE ON djlog FOR EACH ROW EXECUTE FUNCTION db_refuse('the log of entries is append-only');
CREATE TRIGGER djlog_all BEFORE TRUNCATE ON djlog FOR EACH STATEMENT EXECUTE FUNCTION db_refuse('the log of entries is append-only');
CREATE TRIGGER zsbh_end BEFORE UPDATE ON zsbh FOR EACH ROW EXECUTE FUNCTION db_refuse('numbers are never changed');
CREATE TRIGGER zsbh_keep BEFORE DELETE ON zsbh FOR EACH ROW EXECUTE FUNCTION db_refuse('numbers are never removed');
CREATE TRIGGER zsbh_all BEFORE TRUNCATE ON zsbh FOR EACH STATEMENT EXECUTE FUNCTION db_refuse('numbers are never removed');
CREATE TRIGGER bdcqzs_end BEFORE UPDATE ON bdcqzs FOR EACH ROW WHEN ((NEW.tenant,NEW.bdcqzh,NEW.case_id,NEW.bsm,NEW.signature,NEW.size,NEW.digest,NEW.blob,NEW.made_at)
	IS DISTINCT FROM (OLD.tenant,OLD.bdcqzh,OLD.case_id,OLD.bsm,OLD.signature,OLD.size,OLD.digest,OLD.blob,OLD.made_at))
	EXECUTE FUNCTION db_refuse('certificates are append-only');
CREATE TRIGGER bdcqzs_keep BEFORE DELETE ON bdcqzs FOR EACH ROW EXECUTE FUNCTION db_refuse('certificates are append-only');
CREATE TRIGGER bdcqzs_all BEFORE TRUNCATE ON bdcqzs FOR EACH STATEMENT EXECUTE FUNCTION db_refuse('certificates are append-only');
