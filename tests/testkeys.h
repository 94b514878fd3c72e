/* SPDX-License-Identifier: BSD-2-Clause */
/* Keys made for these tests alone; never use them anywhere else.  Each test
 * takes some of them. */
#ifndef TEST_KEYS_H
#define TEST_KEYS_H

/* clang-format off */
static const char rsa_private[] =
	"{\"kty\":\"RSA\",\"n\":\"uhRfvl_FWsINC9xtH3T_FYA_j8YgL6DLTSPwZ_i"
	"ltcA7N1cP7O9N3W-Cs1BTW4dL7wRRg_tyy3wekRD6e23ae6nBldp99DJlC8xjyAU"
	"CDe8Phwap0Wt_Sg_n7lFyVk3RjveNjPLz0VkzjzPL0sFttZJWsvnndi_ZbPezkaL"
	"esXv7s12M8Fys4L1XDsS8UZXyGTBOiu_kxHHixneRH9JiXPXWu3N_UaPV1WZzbXH"
	"r5sWhAQv5OZqMHqIdolmHkumcflq5GlHi45jDbfuLphDt_8lHZociIWfkVgJo4om"
	"uT9W452fXo14iDI6woO_-chZksrC2LOiiGH7VMqPabWqm6w\",\"e\":\"AQAB\""
	",\"d\":\"KuaGmmgPIpkJk_n6aJ27L7RVMysNAZ4TMRI_m2Dup4QNwvj-EXSsoYh"
	"TfE7hIQGE5rK6rnCa60IO9AgTj8BodklReeCZWGMD-9_gA13wNtEuZcWKAl_DxYn"
	"8QWwirbYcQddeGahrwRDNO89HxyvURN_bwECwdgWbHa3QBxwjNozH5ye5LL8ca8E"
	"kx3durnWmOzsCFBUjj0onE3w6aOi8dfUEBmloyaoWpLYf8iesIW5BOGRYJ-GKs_y"
	"tPqUVyWqv1D5HloguLZVNvvZ65KGjVxrYX89N_t6fVZo4e-D7nG_G9byQFmn2931"
	"BHmcjAFqLbRLZONZ86E3hAR9Bw2wrbQ\",\"p\":\"4yXTPMAjW8G3hxU4x-1Q44"
	"mFX2XK6PuI1aL0a89YxvM4XVOR9KO-E2KSaxCrb8rq10g_wXrAKaMTCdYlJFjS0W"
	"hLGH0rbLwwDWbrNOzC51pBLlyeIM6rm6Vl5x0wH7FKaBmEQiqrJ0hoqzqrpk4rbw"
	"M4UxY7YqalMOJNaNMC8s0\",\"q\":\"0bciF2M1fk92K1IuKg1LuquI7KLQu22X"
	"sYI8P-dvPXyBQC6dZvH-UllD5WMpLD8OPcMJ5ds0LDA5VVyPzfwPrE94crFvVpWu"
	"yBnq44SlPY4AzvYb-RPVKUhCMwkA9DX3LSoZze0HXbj0NPbYeE6FKVneogl91lNU"
	"vGGddlPDMJc\",\"dp\":\"pwYjQ6KM3WWeTAgAzpHkTsvKdJFnGNYMkfrW-4dl4"
	"jTqF0XiJx9YHuz2eR-yz-tHr7GCoARg1L0CvNLoUMe3jR_BSGqRycy_ELvC7BHEZ"
	"1XoY-zaoYkWisaeHclKn6M_8TgCFp1FaQdHX9EucoU8Ts7xVbcdR7b99OoSvaebn"
	"Wk\",\"dq\":\"JOr5PGbBlv_EDLJF4C9BApaJ3yZ2WlhbmOsVUiaaxZcyZasPGH"
	"1HSRXfxvTi3aAoEKVSC72__HtszGMkCZ3y4GGJEZ-8uuBUyXMOj4jdUe26pLRcjk"
	"d4gfDvfm56VYNehPvhWQf-APi7PMurpdokxPfGIn5LQbyfsR36C0eJl_c\",\"qi"
	"\":\"Q3kaa4oNYFJF1Zswd1RehGHoY7oc7kiAhrKPvfHD8GKG2zO41IeWKXg95oP"
	"rVMvzUKOEFvKmrCtY89y_yu9JgeTQKUOK7lsADs_AI1Bl2qomUIeJEOSnEpNZvgu"
	"rKAVTIx6qnouKbtX_8_kMdInGELR-mHEFUKDk6ssurxzMcAI\"}";

static const char rsa_public[] =
	"{\"kty\":\"RSA\",\"n\":\"uhRfvl_FWsINC9xtH3T_FYA_j8YgL6DLTSPwZ_i"
	"ltcA7N1cP7O9N3W-Cs1BTW4dL7wRRg_tyy3wekRD6e23ae6nBldp99DJlC8xjyAU"
	"CDe8Phwap0Wt_Sg_n7lFyVk3RjveNjPLz0VkzjzPL0sFttZJWsvnndi_ZbPezkaL"
	"esXv7s12M8Fys4L1XDsS8UZXyGTBOiu_kxHHixneRH9JiXPXWu3N_UaPV1WZzbXH"
	"r5sWhAQv5OZqMHqIdolmHkumcflq5GlHi45jDbfuLphDt_8lHZociIWfkVgJo4om"
	"uT9W452fXo14iDI6woO_-chZksrC2LOiiGH7VMqPabWqm6w\",\"e\":\"AQAB\""
	"}";

static const char rsa_pem_pkcs8[] =
	"-----BEGIN PRIVATE KEY-----\n"
	"MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC6FF++X8Vawg0L\n"
	"3G0fdP8VgD+PxiAvoMtNI/Bn+KW1wDs3Vw/s703db4KzUFNbh0vvBFGD+3LLfB6R\n"
	"EPp7bdp7qcGV2n30MmULzGPIBQIN7w+HBqnRa39KD+fuUXJWTdGO942M8vPRWTOP\n"
	"M8vSwW21klay+ed2L9ls97ORot6xe/uzXYzwXKzgvVcOxLxRlfIZME6K7+TEceLG\n"
	"d5Ef0mJc9da7c39Ro9XVZnNtcevmxaEBC/k5moweoh2iWYeS6Zx+WrkaUeLjmMNt\n"
	"+4umEO3/yUdmhyIhZ+RWAmjiia5P1bjnZ9ejXiIMjrCg7/5yFmSysLYs6KIYftUy\n"
	"o9ptaqbrAgMBAAECggEAKuaGmmgPIpkJk/n6aJ27L7RVMysNAZ4TMRI/m2Dup4QN\n"
	"wvj+EXSsoYhTfE7hIQGE5rK6rnCa60IO9AgTj8BodklReeCZWGMD+9/gA13wNtEu\n"
	"ZcWKAl/DxYn8QWwirbYcQddeGahrwRDNO89HxyvURN/bwECwdgWbHa3QBxwjNozH\n"
	"5ye5LL8ca8Ekx3durnWmOzsCFBUjj0onE3w6aOi8dfUEBmloyaoWpLYf8iesIW5B\n"
	"OGRYJ+GKs/ytPqUVyWqv1D5HloguLZVNvvZ65KGjVxrYX89N/t6fVZo4e+D7nG/G\n"
	"9byQFmn2931BHmcjAFqLbRLZONZ86E3hAR9Bw2wrbQKBgQDjJdM8wCNbwbeHFTjH\n"
	"7VDjiYVfZcro+4jVovRrz1jG8zhdU5H0o74TYpJrEKtvyurXSD/BesApoxMJ1iUk\n"
	"WNLRaEsYfStsvDANZus07MLnWkEuXJ4gzqubpWXnHTAfsUpoGYRCKqsnSGirOqum\n"
	"TitvAzhTFjtipqUw4k1o0wLyzQKBgQDRtyIXYzV+T3YrUi4qDUu6q4jsotC7bZex\n"
	"gjw/5289fIFALp1m8f5SWUPlYyksPw49wwnl2zQsMDlVXI/N/A+sT3hysW9Wla7I\n"
	"GerjhKU9jgDO9hv5E9UpSEIzCQD0NfctKhnN7QdduPQ09th4ToUpWd6iCX3WU1S8\n"
	"YZ12U8MwlwKBgQCnBiNDoozdZZ5MCADOkeROy8p0kWcY1gyR+tb7h2XiNOoXReIn\n"
	"H1ge7PZ5H7LP60evsYKgBGDUvQK80uhQx7eNH8FIapHJzL8Qu8LsEcRnVehj7Nqh\n"
	"iRaKxp4dyUqfoz/xOAIWnUVpB0df0S5yhTxOzvFVtx1Htv306hK9p5udaQKBgCTq\n"
	"+TxmwZb/xAyyReAvQQKWid8mdlpYW5jrFVImmsWXMmWrDxh9R0kV38b04t2gKBCl\n"
	"Ugu9v/x7bMxjJAmd8uBhiRGfvLrgVMlzDo+I3VHtuqS0XI5HeIHw735uelWDXoT7\n"
	"4VkH/gD4uzzLq6XaJMT3xiJ+S0G8n7Ed+gtHiZf3AoGAQ3kaa4oNYFJF1Zswd1Re\n"
	"hGHoY7oc7kiAhrKPvfHD8GKG2zO41IeWKXg95oPrVMvzUKOEFvKmrCtY89y/yu9J\n"
	"geTQKUOK7lsADs/AI1Bl2qomUIeJEOSnEpNZvgurKAVTIx6qnouKbtX/8/kMdInG\n"
	"ELR+mHEFUKDk6ssurxzMcAI=\n"
	"-----END PRIVATE KEY-----\n";

static const char rsa_pem_pkcs1[] =
	"-----BEGIN RSA PRIVATE KEY-----\n"
	"MIIEowIBAAKCAQEAuhRfvl/FWsINC9xtH3T/FYA/j8YgL6DLTSPwZ/iltcA7N1cP\n"
	"7O9N3W+Cs1BTW4dL7wRRg/tyy3wekRD6e23ae6nBldp99DJlC8xjyAUCDe8Phwap\n"
	"0Wt/Sg/n7lFyVk3RjveNjPLz0VkzjzPL0sFttZJWsvnndi/ZbPezkaLesXv7s12M\n"
	"8Fys4L1XDsS8UZXyGTBOiu/kxHHixneRH9JiXPXWu3N/UaPV1WZzbXHr5sWhAQv5\n"
	"OZqMHqIdolmHkumcflq5GlHi45jDbfuLphDt/8lHZociIWfkVgJo4omuT9W452fX\n"
	"o14iDI6woO/+chZksrC2LOiiGH7VMqPabWqm6wIDAQABAoIBACrmhppoDyKZCZP5\n"
	"+miduy+0VTMrDQGeEzESP5tg7qeEDcL4/hF0rKGIU3xO4SEBhOayuq5wmutCDvQI\n"
	"E4/AaHZJUXngmVhjA/vf4ANd8DbRLmXFigJfw8WJ/EFsIq22HEHXXhmoa8EQzTvP\n"
	"R8cr1ETf28BAsHYFmx2t0AccIzaMx+cnuSy/HGvBJMd3bq51pjs7AhQVI49KJxN8\n"
	"OmjovHX1BAZpaMmqFqS2H/InrCFuQThkWCfhirP8rT6lFclqr9Q+R5aILi2VTb72\n"
	"euSho1ca2F/PTf7en1WaOHvg+5xvxvW8kBZp9vd9QR5nIwBai20S2TjWfOhN4QEf\n"
	"QcNsK20CgYEA4yXTPMAjW8G3hxU4x+1Q44mFX2XK6PuI1aL0a89YxvM4XVOR9KO+\n"
	"E2KSaxCrb8rq10g/wXrAKaMTCdYlJFjS0WhLGH0rbLwwDWbrNOzC51pBLlyeIM6r\n"
	"m6Vl5x0wH7FKaBmEQiqrJ0hoqzqrpk4rbwM4UxY7YqalMOJNaNMC8s0CgYEA0bci\n"
	"F2M1fk92K1IuKg1LuquI7KLQu22XsYI8P+dvPXyBQC6dZvH+UllD5WMpLD8OPcMJ\n"
	"5ds0LDA5VVyPzfwPrE94crFvVpWuyBnq44SlPY4AzvYb+RPVKUhCMwkA9DX3LSoZ\n"
	"ze0HXbj0NPbYeE6FKVneogl91lNUvGGddlPDMJcCgYEApwYjQ6KM3WWeTAgAzpHk\n"
	"TsvKdJFnGNYMkfrW+4dl4jTqF0XiJx9YHuz2eR+yz+tHr7GCoARg1L0CvNLoUMe3\n"
	"jR/BSGqRycy/ELvC7BHEZ1XoY+zaoYkWisaeHclKn6M/8TgCFp1FaQdHX9EucoU8\n"
	"Ts7xVbcdR7b99OoSvaebnWkCgYAk6vk8ZsGW/8QMskXgL0EClonfJnZaWFuY6xVS\n"
	"JprFlzJlqw8YfUdJFd/G9OLdoCgQpVILvb/8e2zMYyQJnfLgYYkRn7y64FTJcw6P\n"
	"iN1R7bqktFyOR3iB8O9+bnpVg16E++FZB/4A+Ls8y6ul2iTE98YifktBvJ+xHfoL\n"
	"R4mX9wKBgEN5GmuKDWBSRdWbMHdUXoRh6GO6HO5IgIayj73xw/BihtszuNSHlil4\n"
	"PeaD61TL81CjhBbypqwrWPPcv8rvSYHk0ClDiu5bAA7PwCNQZdqqJlCHiRDkpxKT\n"
	"Wb4LqygFUyMeqp6Lim7V//P5DHSJxhC0fphxBVCg5OrLLq8czHAC\n"
	"-----END RSA PRIVATE KEY-----\n";

static const char rsa_pem_spki[] =
	"-----BEGIN PUBLIC KEY-----\n"
	"MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAuhRfvl/FWsINC9xtH3T/\n"
	"FYA/j8YgL6DLTSPwZ/iltcA7N1cP7O9N3W+Cs1BTW4dL7wRRg/tyy3wekRD6e23a\n"
	"e6nBldp99DJlC8xjyAUCDe8Phwap0Wt/Sg/n7lFyVk3RjveNjPLz0VkzjzPL0sFt\n"
	"tZJWsvnndi/ZbPezkaLesXv7s12M8Fys4L1XDsS8UZXyGTBOiu/kxHHixneRH9Ji\n"
	"XPXWu3N/UaPV1WZzbXHr5sWhAQv5OZqMHqIdolmHkumcflq5GlHi45jDbfuLphDt\n"
	"/8lHZociIWfkVgJo4omuT9W452fXo14iDI6woO/+chZksrC2LOiiGH7VMqPabWqm\n"
	"6wIDAQAB\n"
	"-----END PUBLIC KEY-----\n";

static const char rsa_pem_pkcs1_public[] =
	"-----BEGIN RSA PUBLIC KEY-----\n"
	"MIIBCgKCAQEAuhRfvl/FWsINC9xtH3T/FYA/j8YgL6DLTSPwZ/iltcA7N1cP7O9N\n"
	"3W+Cs1BTW4dL7wRRg/tyy3wekRD6e23ae6nBldp99DJlC8xjyAUCDe8Phwap0Wt/\n"
	"Sg/n7lFyVk3RjveNjPLz0VkzjzPL0sFttZJWsvnndi/ZbPezkaLesXv7s12M8Fys\n"
	"4L1XDsS8UZXyGTBOiu/kxHHixneRH9JiXPXWu3N/UaPV1WZzbXHr5sWhAQv5OZqM\n"
	"HqIdolmHkumcflq5GlHi45jDbfuLphDt/8lHZociIWfkVgJo4omuT9W452fXo14i\n"
	"DI6woO/+chZksrC2LOiiGH7VMqPabWqm6wIDAQAB\n"
	"-----END RSA PUBLIC KEY-----\n";

static const char rsa_pem_encrypted[] =
	"-----BEGIN ENCRYPTED PRIVATE KEY-----\n"
	"MIIFNTBfBgkqhkiG9w0BBQ0wUjAxBgkqhkiG9w0BBQwwJAQQL7BLUBP2wDjgDv7a\n"
	"wB8A3gICCAAwDAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEMq1BefNbdulBqob\n"
	"9ZN30u4EggTQkLub0VRkR76HKaUwBdtgfeiS9NjzBDFTXSV0g0OMt+9aX9IuYSOq\n"
	"SATNwovhyuFkB0Yb1MPNO1x1elxs5Hl4nhc6waoCT/DXiomGYqdBN6ca6ACWWNRR\n"
	"1vXVSEMi5gRfbdu/wSwHrQBE6eGrmKe+EJr26z1u6sHSASQFoS/zqlRkKJUmpZX3\n"
	"oAulbEjY4PdTLOVPqz+LYOHrxWzaYQAU2Rvus2k3gstOLD8m+OU4MOvaaZamtWDN\n"
	"ZDiUzvagdvlQZQ0v9g3+6N4tdFzTHiACRgMKB7uJrArO0Yku0tTAvTiDEmsft0mj\n"
	"z4s8UpPP+gANHzo0lPlUCYUTIZVSgaeOBzQUjS8zVPUWTwJFz6Mw34eTyFdu8zXS\n"
	"76n8STBbFtptFBI2PwKE37Dqo/uSiMe8qWi232z+0IaNDvP1FtqwTdvqNJUPrnJt\n"
	"xRyQlraLqy6rzE4eOv4YQz6yqZh6sCaPitlDB9Y1DbaMIjNTspV2bZ+N+1d6spsn\n"
	"4lt/bXbEld2XBwDOY03r45cnsTPGfviXQlEOdrFn0GpkO0FTMrkqlYAfBhUQFMJ/\n"
	"c2kxxYYGzy7mrOOeuNdxCarp5Sw12vjHWdmVSphXarH6wV78vbea/3Yy51Sd9jNz\n"
	"WlVJjfBjBojnqv0Z9okMOXmWbawZxNveyKAc1wy/wexRNUDZ39Dn2wpAephEA2oD\n"
	"o8xW0+30P5Fhrxi3K2Kyj1fBLrKl79kw26wg7CboqnA/Sa5LIasaKhrn3sOUOqrJ\n"
	"oLHJ1rx1r0XwFHylBU7UjO+qTJ17jJZdP92oP161yNlYBXVQbSwe2TKBHGyvwEAK\n"
	"/JiYhzzStUkgU270QI4a/q2XszSDiTiNPWDd2gjDUzWHGwhn1IqHcNKouVvWdSXh\n"
	"SHfyxa/jLCgYqTXpnqlVF3axRAIJiP/18KZXJQ3Smpc0o/t7faLqOCgaqsHD3LSH\n"
	"W3C1GBx3rcrbeMLavuDjzuk3QsUSfQ/5VCRoqLgszpYF1S0q3eaq+jErgkI3P8zy\n"
	"F5xK6jVMr9sOJidHmLr7IE4dilivy3MLJwZ41r1zNnXSxAL6p0CqoH0m/FLPpEnS\n"
	"kWUJw3RbTtgjU5NBILpJNm4rtMptsEFoDs6ywQhjfoKWqVCH2wADZLNxmfMg/CW0\n"
	"3ISH5q19JGl32Y+p7f+K0N3TD6TyRXuQTpUnBnezGzmSGmDJSAGY9FxJfEOYHM6G\n"
	"zRMfFQRGQzbjM9qV29JEQO7uYN8cv8or+PJxcAerCzMT5s7BDKWOxfcCtwFjNiel\n"
	"1uvtkYsr358h7SxizpO1/SJWDL4YWKMlIKm/xn2/A321j/K9hi2SprJpTu10oWs8\n"
	"SbvABYS1q6bBI8kmn6aPwJUYmoHSfuyS/Qm5Lpn0zbjNy9FkVcwJVljLfgOAWB2H\n"
	"dUJvQjnZnXvZzOkOYVZBaxp3Y5yMKnufNUAEPrVvh+pBfIAiHW/XjVhTCvdmh7Au\n"
	"d9IoRn4hz2NXy2Bmg9aRwScHNy/O+PkDt9Cmo98fJE4CDP7NP6ejlHoe2Jo9GS/A\n"
	"14kHoJhEb70iyQQgjtkb1LhggkFA7gof+RQuWMR/ZOXO+0nhpu8sHifrqtMwRBqq\n"
	"G9IgqgDKQRSsELLzc2/ovT0zQfeRZqAhuS4EmhpqHyHHDTeiYrJ9qig=\n"
	"-----END ENCRYPTED PRIVATE KEY-----\n";

static const char rsa_other_public[] =
	"{\"kty\":\"RSA\",\"n\":\"uLVGtVs6dpDRfs-otvMtVcXLfCi_FTMsEfvSrr8"
	"3iSuwsAzE7HE38l5yxfqQp734t4OxWSyI03bO093Eh6kkqH1ZqVmD3tDg-q33HZ7"
	"BgJyt9c4kOYEpyx9w8u0EjV15P0FPvy9fga2pSOH_v7eehim-_K58b28P5Ue95zR"
	"P_WJX57y-5mAoYiVo8s8hUYG9A1aEHINhFeSuyoH27pTuX1HLCtUBau3-YpQWQ8w"
	"TAZLWrVhJoC3sJRDTLEyUxB9016Vqymoa1nfjNcIAoCcahCPFK-FjGxR5WipaeWG"
	"Y3FxYz41rWe2uk-7uHP7KzSk4VVeKmNBmKVxovlpuqA_hHQ\",\"e\":\"AQAB\""
	"}";

static const char rsa_1024_public[] =
	"{\"kty\":\"RSA\",\"n\":\"9dxxLG6QnR1ZYvBPVO-CMgVdMqw31Nzpmx3WiCt"
	"i2GzwP0uAank_hPVia8n1eBfbEVjKkGBuNFCn5E0TFyInX6clIlMUAx-pNn0U7SR"
	"Q4fgYM6i9D0yl6aFNE_hB0OsFjh1MbGc_05OKOpuSSG0rByS3pTX-It0F6BR81ox"
	"YyD0\",\"e\":\"AQAB\"}";

static const char rsa_1024_pem[] =
	"-----BEGIN PUBLIC KEY-----\n"
	"MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDqr3kwnvqXrz7/5mFPAimIT9gJ\n"
	"zZY2MKEHeZSUiU2u7a+0hp2Z7YrK8OCbdu191utz8563O2P4C8fWR2noGwAHhTUA\n"
	"V5Ey6Hhfv/d6QEmZFT2EY4+qvYnN3pf4d+mqL1qmychd3g2SDapj/aiw2U1N9PK4\n"
	"33JM/50TZeKcyrrYcwIDAQAB\n"
	"-----END PUBLIC KEY-----\n";

static const char p256_public[] =
	"{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"RB8xD4JRnx0kXHKbOOlMtL"
	"bTqlqM-PzWFQxJCAC9Q-A\",\"y\":\"8plpssQBvaUw9oG30U7hbRu9a2a7118H"
	"GrQpOmX7gY4\"}";

static const char p256_private[] =
	"{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"RB8xD4JRnx0kXHKbOOlMtL"
	"bTqlqM-PzWFQxJCAC9Q-A\",\"y\":\"8plpssQBvaUw9oG30U7hbRu9a2a7118H"
	"GrQpOmX7gY4\",\"d\":\"G4grk6Bq8f0jhv6fBBjrg4XB97coXR62qv98lSK8CR"
	"c\"}";

static const char p256_pem_pkcs8[] =
	"-----BEGIN PRIVATE KEY-----\n"
	"MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgG4grk6Bq8f0jhv6f\n"
	"BBjrg4XB97coXR62qv98lSK8CRehRANCAAREHzEPglGfHSRccps46Uy0ttOqWoz4\n"
	"/NYVDEkIAL1D4PKZabLEAb2lMPaBt9FO4W0bvWtmu9dfBxq0KTpl+4GO\n"
	"-----END PRIVATE KEY-----\n";

static const char p256_pem_sec1[] =
	"-----BEGIN EC PRIVATE KEY-----\n"
	"MHcCAQEEIBuIK5OgavH9I4b+nwQY64OFwfe3KF0etqr/fJUivAkXoAoGCCqGSM49\n"
	"AwEHoUQDQgAERB8xD4JRnx0kXHKbOOlMtLbTqlqM+PzWFQxJCAC9Q+DymWmyxAG9\n"
	"pTD2gbfRTuFtG71rZrvXXwcatCk6ZfuBjg==\n"
	"-----END EC PRIVATE KEY-----\n";

static const char p256_pem_spki[] =
	"-----BEGIN PUBLIC KEY-----\n"
	"MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAERB8xD4JRnx0kXHKbOOlMtLbTqlqM\n"
	"+PzWFQxJCAC9Q+DymWmyxAG9pTD2gbfRTuFtG71rZrvXXwcatCk6ZfuBjg==\n"
	"-----END PUBLIC KEY-----\n";

static const char p384_public[] =
	"{\"kty\":\"EC\",\"crv\":\"P-384\",\"x\":\"Iq5fFBRj35l5nNBsMYslcL"
	"sULOr1MzVMcd-XNU-yiECF5zIcAP8JENad3cW-rkjL\",\"y\":\"Lbyii7EQfMA"
	"DH1yb6qQ92w601Q42gZ5hiLofoKPrxhgYU4XCuyr2ga6DJR8kBMFE\"}";

static const char p384_private[] =
	"{\"kty\":\"EC\",\"crv\":\"P-384\",\"x\":\"Iq5fFBRj35l5nNBsMYslcL"
	"sULOr1MzVMcd-XNU-yiECF5zIcAP8JENad3cW-rkjL\",\"y\":\"Lbyii7EQfMA"
	"DH1yb6qQ92w601Q42gZ5hiLofoKPrxhgYU4XCuyr2ga6DJR8kBMFE\",\"d\":\""
	"2LqCPPA8ddQhvg-D-CDfF7KPdF2oMVvfkMDAa3SZixJmfaEgPb0xIpngbjyntNyt"
	"\"}";

static const char p521_public[] =
	"{\"kty\":\"EC\",\"crv\":\"P-521\",\"x\":\"AIdC36DUFp4_tJAO_5ChQg"
	"YBgKniz4UkUjq9EAM7R5GKXu0ROvSxjeTpWc8cDMuUKhtrSg5mAL02jPYwL6H2t4"
	"Kr\",\"y\":\"AG10dwl2qIFJrdEHoAAIm3nZbofocJTym5QtNlgLtq-oiliEPF7"
	"OJXTT6tV9NguHUIU9R_dQF6PtdeLd-vRVpS0o\"}";

static const char p521_private[] =
	"{\"kty\":\"EC\",\"crv\":\"P-521\",\"x\":\"AIdC36DUFp4_tJAO_5ChQg"
	"YBgKniz4UkUjq9EAM7R5GKXu0ROvSxjeTpWc8cDMuUKhtrSg5mAL02jPYwL6H2t4"
	"Kr\",\"y\":\"AG10dwl2qIFJrdEHoAAIm3nZbofocJTym5QtNlgLtq-oiliEPF7"
	"OJXTT6tV9NguHUIU9R_dQF6PtdeLd-vRVpS0o\",\"d\":\"AbGpSTGCDx9PM5G_"
	"JPtUuL-DbRquAtg5etYospJbs--fuCzdVRcmneJ5eJdx2ggymtLx3Qd1866U0Ar7"
	"eYFJzVZi\"}";

static const char secp256k1_pem[] =
	"-----BEGIN PUBLIC KEY-----\n"
	"MFYwEAYHKoZIzj0CAQYFK4EEAAoDQgAEX1lHgZVqKHY3xVC0kDuwYZ1xpKOfn4b+\n"
	"e7hR8SK8fh4DZbwa0Qt9VGqkssTQvBKN5JvDusMrEBYdjYML83F/Kg==\n"
	"-----END PUBLIC KEY-----\n";

static const char ed25519_public[] =
	"{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"CW2RO4hBghsZjv9vwQq"
	"Ci7V3D7WfePwjFxFonpP-CVk\"}";

static const char ed25519_private[] =
	"{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"CW2RO4hBghsZjv9vwQq"
	"Ci7V3D7WfePwjFxFonpP-CVk\",\"d\":\"ZYIzlowsHDbmLidciLh2sqx8nz19V"
	"6mTSG4Usamfr6o\"}";

static const char ed25519_pem[] =
	"-----BEGIN PRIVATE KEY-----\n"
	"MC4CAQAwBQYDK2VwBCIEIGWCM5aMLBw25i4nXIi4drKsfJ89fVepk0huFLGpn6+q\n"
	"-----END PRIVATE KEY-----\n";

static const char ed448_public[] =
	"{\"kty\":\"OKP\",\"crv\":\"Ed448\",\"x\":\"7TjJzK5c33WuPGFbHLJVW"
	"fo_oSqQnXRl6tEYed6VyJA6DC63xCwNsZwjEx0V77Q-1oZwI3QdSLwA\"}";

static const char ed448_private[] =
	"{\"kty\":\"OKP\",\"crv\":\"Ed448\",\"x\":\"7TjJzK5c33WuPGFbHLJVW"
	"fo_oSqQnXRl6tEYed6VyJA6DC63xCwNsZwjEx0V77Q-1oZwI3QdSLwA\",\"d\":"
	"\"cqTgeWKEK2dp2IjxaP0mqHEdeEfpFBhKIS0slzYQrdDXoBDnJtyUsfEO_OYiYA"
	"dngBP5G4q6TCwH\"}";

static const char ed448_pem[] =
	"-----BEGIN PRIVATE KEY-----\n"
	"MEcCAQAwBQYDK2VxBDsEOXKk4HlihCtnadiI8Wj9JqhxHXhH6RQYSiEtLJc2EK3Q\n"
	"16AQ5ybclLHxDvzmImAHZ4AT+RuKukwsBw==\n"
	"-----END PRIVATE KEY-----\n";

static const char ed25519_other_x[] =
	"xftFyl30MD0XE-qRc6ZTGARpeu6-g4mqqPhy_JaDrts";

static const char oct_64[] =
	"{\"kty\":\"oct\",\"k\":\"LikdMNn0OfPbBoRKTXiDJa0XAiDR8tCNG-GEEpR"
	"fu3kbdVD7oEVxMMnvikxWWjAcz-X-AbkOxOme1HrsRMlU-g\"}";

/* clang-format on */
#endif
