#include "zones/extranet/domain/codes.h"

#include <string.h>

/* clang-format off */
static const struct {
	const char *dictionary, *code, *zh, *en;
} codes[] = {
	{"djlx", "000", "存量数据", "Imported data"},
	{"djlx", "100", "首次登记", "First registration"},
	{"djlx", "200", "转移登记", "Transfer"},
	{"djlx", "300", "变更登记", "Change"},
	{"djlx", "400", "注销登记", "Cancellation"},
	{"djlx", "500", "更正登记", "Correction"},
	{"djlx", "600", "异议登记", "Objection"},
	{"djlx", "700", "预告登记", "Pre-notice"},
	{"djlx", "800", "查封登记", "Seizure"},
	{"djlx", "900", "其他登记", "Other"},
	{"qllx", "1", "集体土地所有权", "Collective ownership of land"},
	{"qllx", "2", "国家土地所有权", "State ownership of land"},
	{"qllx", "3", "国有建设用地使用权", "Use of state-owned building land"},
	{"qllx", "4", "国有建设用地使用权/房屋(构筑物)所有权", "Use of state-owned building land and ownership of the building"},
	{"qllx", "5", "宅基地使用权", "Homestead"},
	{"qllx", "6", "宅基地使用权/房屋所有权", "Homestead and ownership of the building"},
	{"qllx", "7", "集体建设用地使用权", "Use of collective building land"},
	{"qllx", "8", "集体建设用地使用权/房屋所有权", "Use of collective building land and ownership of the building"},
	{"qllx", "9", "土地承包经营权", "Contracted management of land"},
	{"qllx", "10", "土地承包经营权/森林、林木所有权", "Contracted management and ownership of forest"},
	{"qllx", "11", "林地使用权", "Use of forest land"},
	{"qllx", "12", "林地使用权/森林、林木使用权", "Use of forest land and forest"},
	{"qllx", "13", "草原使用权", "Use of grassland"},
	{"qllx", "14", "水域滩涂养殖权", "Aquaculture"},
	{"qllx", "15", "海域使用权", "Use of the sea"},
	{"qllx", "16", "海域使用权/构(建)筑物所有权", "Use of the sea and ownership of structures"},
	{"qllx", "17", "无居民海岛使用权", "Use of an uninhabited island"},
	{"qllx", "18", "无居民海岛使用权/构(建)筑物所有权", "Use of an island and ownership of structures"},
	{"qllx", "19", "地役权", "Easement"},
	{"qllx", "20", "取水权", "Water abstraction"},
	{"qllx", "21", "探矿权", "Exploration"},
	{"qllx", "22", "采矿权", "Mining"},
	{"qllx", "23", "抵押权", "Mortgage"},
	{"qllx", "24", "居住权", "Residence right"},
	{"qllx", "99", "其他权利", "Other"},
	{"gyfs", "0", "单独所有", "Sole"},
	{"gyfs", "1", "共同共有", "Joint"},
	{"gyfs", "2", "按份共有", "By shares"},
	{"gyfs", "3", "其他共有", "Other"},
	{"cflx", "1", "查封", "Seizure"},
	{"cflx", "2", "轮候查封", "Waiting seizure"},
	{"cflx", "3", "预查封", "Pre-seizure"},
	{"cflx", "4", "轮候预查封", "Waiting pre-seizure"},
	{"cflx", "99", "其他", "Other"},
	{"dyfs", "1", "一般抵押", "General"},
	{"dyfs", "2", "最高额抵押", "Maximum amount"},
	{"dybdclx", "1", "土地", "Land"},
	{"dybdclx", "2", "土地和房屋", "Land and building"},
	{"dybdclx", "3", "林地和林木", "Forest"},
	{"dybdclx", "4", "土地和在建建筑物", "Land and building under construction"},
	{"dybdclx", "5", "海域使用权", "Use of the sea"},
	{"dybdclx", "7", "其他", "Other"},
	{"ygdjzl", "1", "预售商品房买卖预告登记", "Presale"},
	{"ygdjzl", "2", "其他不动产买卖预告登记", "Other sale"},
	{"ygdjzl", "3", "预售商品房抵押权预告登记", "Mortgage on a presale"},
	{"ygdjzl", "4", "其他不动产抵押权预告登记", "Other mortgage"},
	{"zjzl", "1", "身份证", "Resident identity card"},
	{"zjzl", "2", "港澳台身份证", "Identity card of Hong Kong, Macao, Taiwan"},
	{"zjzl", "3", "护照", "Passport"},
	{"zjzl", "4", "户口簿", "Household book"},
	{"zjzl", "5", "军官证(士兵证)", "Military card"},
	{"zjzl", "6", "组织机构代码", "Organisation code"},
	{"zjzl", "7", "营业执照", "Business licence"},
	{"zjzl", "99", "其他", "Other"},
	{"qlrlx", "1", "个人", "Person"},
	{"qlrlx", "2", "企业", "Enterprise"},
	{"qlrlx", "3", "事业单位", "Public institution"},
	{"qlrlx", "4", "国家机关", "State organ"},
	{"qlrlx", "99", "其他", "Other"},
	{"yesno", "0", "否", "No"},
	{"yesno", "1", "是", "Yes"},
};
/* clang-format on */
#define NCODES (sizeof codes / sizeof codes[0])

static size_t find(const char *dictionary, const char *code)
{
	size_t i = 0;
	while (i < NCODES &&
		(strcmp(codes[i].dictionary, dictionary) != 0 || strcmp(codes[i].code, code) != 0))
		i++;
	return i;
}

const char *codes_zh(const char *dictionary, const char *code)
{
	size_t i = find(dictionary, code);
	return i < NCODES ? codes[i].zh : code;
}

const char *codes_en(const char *dictionary, const char *code)
{
	size_t i = find(dictionary, code);
	return i < NCODES ? codes[i].en : code;
}

json_t *codes_json(void)
{
	json_t *all = json_object();
	for (size_t i = 0; i < NCODES; i++) {
		json_t *list = json_object_get(all, codes[i].dictionary);
		if (!list) {
			list = json_array();
			json_object_set_new(all, codes[i].dictionary, list);
		}
		json_array_append_new(list, json_pack("{s:s,s:s,s:s}", "code", codes[i].code, "zh",
						    codes[i].zh, "en", codes[i].en));
	}
	return all;
}
