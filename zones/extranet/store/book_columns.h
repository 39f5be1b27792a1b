/* The register book's tables and columns after TD/T 1066 (names are its pinyin codes), the one list from
 * which statements, dumps and pages are made. X(kind, column, Chinese, English, shown as).
 * kind: TEXT, INT, MAYBE (text or NULL), MAYINT (integer or NULL), SEALED (text sealed by the vault), SINDEX
 * (sealed, with its blind index in column_index beside it).
 * shown as: "" plain, or a dictionary (domain/codes.h), or unit, area (cm²), money (cents), date, time, case.
 * Every table begins with bsm, the row's number in the office's book, and bdcdyh, the unit; it ends with the
 * row's life: ssbsm the row it continues, ywh / zzywh the business that made / ended it, yxq_q / yxq_z valid
 * from / until (RFC 3339 UTC; half-open). */
#ifndef REG_STORE_BOOK_COLUMNS_H
#define REG_STORE_BOOK_COLUMNS_H

#define BOOK_HEAD(X)                                                                                         \
	X(INT, bsm, "标识码", "Row", "")                                                                     \
	X(TEXT, bdcdyh, "不动产单元代码", "Unit code", "unit")
#define BOOK_LIFE(X)                                                                                         \
	X(MAYINT, ssbsm, "上手标识码", "Continues row", "")                                                  \
	X(TEXT, ywh, "业务号", "Case", "case")                                                               \
	X(MAYBE, zzywh, "终止业务号", "Ended by case", "case")                                               \
	X(TEXT, yxq_q, "有效期起", "Valid from", "time")                                                     \
	X(MAYBE, yxq_z, "有效期止", "Valid until", "time")
/* What every right has; PAPER is bdcqzh 不动产权证号 or bdcdjzmh 不动产登记证明号. */
#define BOOK_RIGHT(X, paper, zh, en)                                                                         \
	X(TEXT, qllx, "权利类型", "Right", "qllx")                                                           \
	X(TEXT, djlx, "登记类型", "Registration", "djlx")                                                    \
	X(TEXT, djyy, "登记原因", "Ground", "")                                                              \
	X(TEXT, paper, zh, en, "")                                                                           \
	X(TEXT, fj, "附记", "Note", "")                                                                      \
	X(TEXT, dbr, "登簿人", "Entered by", "by")                                                           \
	X(TEXT, djsj, "登记时间", "Registered", "time")
#define BOOK_TITLE(X) BOOK_RIGHT(X, bdcqzh, "不动产权证号", "Certificate of title")
#define BOOK_PROOF(X) BOOK_RIGHT(X, bdcdjzmh, "不动产登记证明号", "Certificate of registration")

/* ---- what the land and the buildings are */
#define BOOK_ZDJBXX(X)                                                                                       \
	X(TEXT, zddm, "宗地代码", "Parcel code", "")                                                         \
	X(TEXT, zdtzm, "宗地特征码", "Parcel feature", "")                                                   \
	X(TEXT, zl, "坐落", "Location", "")                                                                  \
	X(INT, zdmj, "宗地面积", "Area of the parcel", "area")                                               \
	X(TEXT, yt, "用途", "Use", "")                                                                       \
	X(TEXT, qlxz, "权利性质", "Kind of grant", "")
#define BOOK_ZHJBXX(X)                                                                                       \
	X(TEXT, zhdm, "宗海代码", "Sea parcel code", "")                                                     \
	X(TEXT, zl, "坐落", "Location", "")                                                                  \
	X(INT, zhmj, "宗海面积", "Area of the sea parcel", "area")                                           \
	X(TEXT, yhlx, "用海类型", "Use of the sea", "")                                                      \
	X(TEXT, yhfs, "用海方式", "Way of use", "")
#define BOOK_ZRZ(X)                                                                                          \
	X(TEXT, zrzh, "自然幢号", "Building number", "")                                                     \
	X(TEXT, zddm, "宗地代码", "Parcel code", "")                                                         \
	X(TEXT, zl, "坐落", "Location", "")                                                                  \
	X(INT, zcs, "总层数", "Floors", "")                                                                  \
	X(TEXT, fwjg, "房屋结构", "Structure", "")                                                           \
	X(TEXT, jgrq, "竣工日期", "Finished on", "date")
#define BOOK_H(X)                                                                                            \
	X(TEXT, zddm, "宗地代码", "Parcel code", "")                                                         \
	X(TEXT, zrzh, "自然幢号", "Building number", "")                                                     \
	X(TEXT, zl, "坐落", "Location", "")                                                                  \
	X(TEXT, shbw, "室号部位", "Room", "")                                                                \
	X(TEXT, szc, "所在层", "Floor", "")                                                                  \
	X(INT, jzmj, "建筑面积", "Floor area", "area")                                                       \
	X(TEXT, ghyt, "规划用途", "Use", "")

/* ---- ownership and use rights: at most one is in force for a unit */
#define BOOK_TDSYQ(X)                                                                                        \
	BOOK_TITLE(X)                                                                                        \
	X(INT, mj, "面积", "Area", "area")
#define BOOK_JSYDSYQ(X)                                                                                      \
	BOOK_TITLE(X)                                                                                        \
	X(INT, syqmj, "使用权面积", "Area of the use right", "area")                                         \
	X(TEXT, syqqssj, "使用权起始时间", "Use right from", "date")                                         \
	X(TEXT, syqjssj, "使用权结束时间", "Use right until", "date")                                        \
	X(INT, qdjg, "取得价格", "Price", "money")
#define BOOK_FDCQ1(X)                                                                                        \
	BOOK_TITLE(X)                                                                                        \
	X(INT, zts, "总套数", "Units", "")                                                                   \
	X(INT, jzmj, "建筑面积", "Floor area", "area")                                                       \
	X(TEXT, ghyt, "规划用途", "Use", "")                                                                 \
	X(TEXT, tdsyqssj, "土地使用起始时间", "Land use from", "date")                                       \
	X(TEXT, tdsyjssj, "土地使用结束时间", "Land use until", "date")
#define BOOK_FDCQ2(X)                                                                                        \
	BOOK_TITLE(X)                                                                                        \
	X(INT, jg, "房地产交易价格", "Price", "money")                                                       \
	X(TEXT, tdsyqssj, "土地使用起始时间", "Land use from", "date")                                       \
	X(TEXT, tdsyjssj, "土地使用结束时间", "Land use until", "date")
#define BOOK_NYDSYQ(X)                                                                                       \
	BOOK_TITLE(X)                                                                                        \
	X(INT, cbmj, "承包(使用权)面积", "Area", "area")                                                     \
	X(TEXT, cbqssj, "承包(使用)起始时间", "From", "date")                                                \
	X(TEXT, cbjssj, "承包(使用)结束时间", "Until", "date")
#define BOOK_LQ(X)                                                                                           \
	BOOK_TITLE(X)                                                                                        \
	X(TEXT, zl, "坐落", "Location", "")                                                                  \
	X(INT, syqmj, "使用权(承包)面积", "Area", "area")                                                    \
	X(TEXT, ldsyqssj, "林地使用(承包)起始时间", "Forest land from", "date")                              \
	X(TEXT, ldsyjssj, "林地使用(承包)结束时间", "Forest land until", "date")                             \
	X(TEXT, zysz, "主要树种", "Species", "")                                                             \
	X(TEXT, lz, "林种", "Kind of forest", "")                                                            \
	X(TEXT, qy, "起源", "Origin", "")
#define BOOK_HYSYQ(X)                                                                                        \
	BOOK_TITLE(X)                                                                                        \
	X(INT, syqmj, "使用权面积", "Area", "area")                                                          \
	X(TEXT, syqqssj, "使用权起始时间", "From", "date")                                                   \
	X(TEXT, syqjssj, "使用权结束时间", "Until", "date")

/* ---- other rights and restrictions */
#define BOOK_FDCQ3(X)                                                                                        \
	X(TEXT, qllx, "权利类型", "Right", "qllx")                                                           \
	X(TEXT, djlx, "登记类型", "Registration", "djlx")                                                    \
	X(TEXT, jgzwmc, "建筑物、场所名称", "Common part", "")                                               \
	X(INT, jgzwmj, "建筑面积", "Area", "area")                                                           \
	X(TEXT, dbr, "登簿人", "Entered by", "by")                                                           \
	X(TEXT, djsj, "登记时间", "Registered", "time")
#define BOOK_DYAQ(X)                                                                                         \
	BOOK_PROOF(X)                                                                                        \
	X(SEALED, ywr, "抵押人", "Mortgagor", "")                                                            \
	X(TEXT, scsj, "首次登记时间", "First registered", "time")                                            \
	X(TEXT, dyfs, "抵押方式", "Kind of mortgage", "dyfs")                                                \
	X(TEXT, dybdclx, "抵押不动产类型", "Object", "dybdclx")                                              \
	X(INT, dysw, "抵押顺位", "Rank", "")                                                                 \
	X(INT, bdbzzqse, "被担保主债权数额(最高债权额)", "Amount secured (at most)", "money")                \
	X(TEXT, zwlxqssj, "债务履行(债权确定)起始时间", "Term from", "date")                                 \
	X(TEXT, zwlxjssj, "债务履行(债权确定)结束时间", "Term until", "date")                                \
	X(TEXT, dbfw, "担保范围", "Scope", "")                                                               \
	X(TEXT, jzzr, "是否存在禁止或限制转让抵押不动产的约定", "Transfer restricted by agreement", "yesno")
#define BOOK_DYIQ(X)                                                                                         \
	BOOK_PROOF(X)                                                                                        \
	X(SEALED, ywr, "供役地权利人", "Holder of the servient unit", "")                                    \
	X(TEXT, xydbdcdyh, "需役地不动产单元代码", "Dominant unit", "unit")                                  \
	X(TEXT, dyqnr, "地役权内容", "Content", "")                                                          \
	X(TEXT, qlqssj, "地役权起始时间", "From", "date")                                                    \
	X(TEXT, qljssj, "地役权结束时间", "Until", "date")
#define BOOK_JZQ(X)                                                                                          \
	BOOK_PROOF(X)                                                                                        \
	X(SEALED, ywr, "义务人", "Owner", "")                                                                \
	X(TEXT, jzfw, "居住的条件和要求", "Conditions", "")                                                  \
	X(TEXT, qlqssj, "居住权起始时间", "From", "date")                                                    \
	X(TEXT, qljssj, "居住权结束时间", "Until", "date")
#define BOOK_YGDJ(X)                                                                                         \
	BOOK_PROOF(X)                                                                                        \
	X(SEALED, ywr, "义务人", "Obligor", "")                                                              \
	X(TEXT, ygdjzl, "预告登记种类", "Kind of pre-notice", "ygdjzl")                                      \
	X(INT, qdjg, "取得价格(被担保主债权数额)", "Price (amount secured)", "money")                        \
	X(TEXT, qlqssj, "债务履行起始时间", "Term from", "date")                                             \
	X(TEXT, qljssj, "债务履行结束时间", "Term until", "date")                                            \
	X(TEXT, kdjrq, "能够进行不动产登记之日", "Registrable from", "date")
#define BOOK_YYDJ(X)                                                                                         \
	BOOK_PROOF(X)                                                                                        \
	X(TEXT, yysx, "异议事项", "Matter", "")                                                              \
	X(TEXT, ssfy, "受诉法院", "Court of the suit", "")                                                   \
	X(TEXT, ah, "案号", "Number of the suit", "")
#define BOOK_CFDJ(X)                                                                                         \
	X(TEXT, djlx, "登记类型", "Registration", "djlx")                                                    \
	X(TEXT, cfjg, "查封机关", "Authority", "")                                                           \
	X(TEXT, cflx, "查封类型", "Kind", "cflx")                                                            \
	X(TEXT, cfwh, "查封文号", "Document", "")                                                            \
	X(TEXT, cfqssj, "查封起始时间", "From", "date")                                                      \
	X(TEXT, cfjssj, "查封结束时间", "Until", "date")                                                     \
	X(TEXT, sdsj, "送达时间", "Delivered", "time")                                                       \
	X(TEXT, fj, "附记", "Note", "")                                                                      \
	X(TEXT, dbr, "登簿人", "Entered by", "by")                                                           \
	X(TEXT, djsj, "登记时间", "Registered", "time")
/* 注销登记: why a row ended that no other row continues. */
#define BOOK_ZXDJ(X)                                                                                         \
	X(TEXT, zxtb, "注销记录所在表", "Table", "")                                                         \
	X(INT, zxbsm, "注销记录标识码", "Row ended", "")                                                     \
	X(TEXT, djyy, "注销原因", "Ground", "")                                                              \
	X(TEXT, jg, "机关", "Authority", "")                                                                 \
	X(TEXT, wh, "文号", "Document", "")                                                                  \
	X(TEXT, dbr, "登簿人", "Entered by", "by")                                                           \
	X(TEXT, djsj, "登记时间", "Registered", "time")

/* ---- holders of one right row: their shares have one denominator and sum to one. When ownership is joint
 * 共同共有 the numbers are equal parts by name only. */
#define BOOK_QLR(X)                                                                                          \
	X(TEXT, qltb, "权利所在表", "Table of the right", "")                                                \
	X(INT, qlbsm, "权利标识码", "Row of the right", "")                                                  \
	X(INT, sxh, "顺序号", "Order", "")                                                                   \
	X(SEALED, qlrmc, "权利人名称", "Name", "")                                                           \
	X(TEXT, zjzl, "证件种类", "Kind of identity document", "zjzl")                                       \
	X(SINDEX, zjh, "证件号", "Identity number", "")                                                      \
	X(TEXT, qlrlx, "权利人类型", "Kind of holder", "qlrlx")                                              \
	X(TEXT, gyfs, "共有方式", "Ownership", "gyfs")                                                       \
	X(TEXT, qlbl, "权利比例", "Share as written", "")                                                    \
	X(INT, qlbl_fz, "份额(分子)", "Share, numerator", "")                                                \
	X(INT, qlbl_fm, "份额(分母)", "Share, denominator", "")

/* 登簿日志: one row per entry and unit, in order. mx names every row the entry made or ended with its digest;
 * zy is the digest over mx, lz over zy, this row and the lz before it: a chain over the whole book. yz salts
 * the rows' digests, because names and numbers are guessable. */
#define BOOK_DJLOG(X)                                                                                        \
	X(INT, xh, "序号", "No.", "")                                                                        \
	X(TEXT, bdcdyh, "不动产单元代码", "Unit code", "unit")                                               \
	X(TEXT, ywh, "业务号", "Case", "case")                                                               \
	X(TEXT, djlx, "登记类型", "Registration", "djlx")                                                    \
	X(TEXT, qllx, "权利类型", "Right", "qllx")                                                           \
	X(TEXT, djyy, "登记原因", "Ground", "")                                                              \
	X(TEXT, bdcqzh, "证书、证明号", "Certificate", "")                                                   \
	X(INT, zss, "证书数", "Certificates of title", "")                                                   \
	X(INT, zms, "证明数", "Certificates of registration", "")                                            \
	X(TEXT, dbr, "登簿人", "Entered by", "by")                                                           \
	X(TEXT, djsj, "登簿时间", "Entered", "time")                                                         \
	X(INT, hs, "行数", "Rows", "")                                                                       \
	X(TEXT, mx, "明细", "Rows and digests", "")                                                          \
	X(SEALED, yz, "盐值", "Salt", "")                                                                    \
	X(TEXT, zy, "摘要", "Digest", "")                                                                    \
	X(TEXT, lz, "链值", "Chain", "")

/* T(name, Chinese, English, class). class: UNIT what it is, OWNER ownership or use right, RIGHT another
 * right, LIMIT restriction, HOLDER, ENDING. In the order in which rows are written. */
#define BOOK_TABLES(T)                                                                                       \
	T(zdjbxx, ZDJBXX, "宗地基本信息", "Parcel", UNIT)                                                    \
	T(zhjbxx, ZHJBXX, "宗海基本信息", "Sea parcel", UNIT)                                                \
	T(zrz, ZRZ, "自然幢", "Building", UNIT)                                                              \
	T(h, H, "户", "Unit of a building", UNIT)                                                            \
	T(tdsyq, TDSYQ, "土地所有权", "Land ownership", OWNER)                                               \
	T(jsydsyq, JSYDSYQ, "建设用地使用权、宅基地使用权", "Use of building land", OWNER)                   \
	T(fdcq1, FDCQ1, "房地产权(项目内多幢房屋)", "Ownership of a project", OWNER)                         \
	T(fdcq2, FDCQ2, "房地产权(独幢、层、套、间房屋)", "Ownership of a building or unit", OWNER)          \
	T(nydsyq, NYDSYQ, "农用地使用权(非林地)", "Use of farm land", OWNER)                                 \
	T(lq, LQ, "林权", "Forest right", OWNER)                                                             \
	T(hysyq, HYSYQ, "海域(含无居民海岛)使用权", "Use of sea or island", OWNER)                           \
	T(fdcq3, FDCQ3, "建筑物区分所有权业主共有部分", "Common parts", RIGHT)                               \
	T(dyaq, DYAQ, "抵押权", "Mortgage", RIGHT)                                                           \
	T(dyiq, DYIQ, "地役权", "Easement", RIGHT)                                                           \
	T(jzq, JZQ, "居住权", "Residence right", RIGHT)                                                      \
	T(ygdj, YGDJ, "预告登记", "Pre-notice", LIMIT)                                                       \
	T(yydj, YYDJ, "异议登记", "Objection", LIMIT)                                                        \
	T(cfdj, CFDJ, "查封登记", "Seizure", LIMIT)                                                          \
	T(qlr, QLR, "权利人", "Holder", HOLDER)                                                              \
	T(zxdj, ZXDJ, "注销登记", "Cancellation", ENDING)
#endif
