"""The signatures of the clouds, proven with the examples that their operators publish; and what their answers mean."""

import hashlib
from datetime import UTC, datetime

import pytest

from workers import aliyun, mas, tencent
from workers.cloud_signatures import JSON_TYPE, Call, Keys, acs3, mas_mac, query_of, tc3
from workers.http_call import Heard
from workers.sms_gateway import Answer, Refused, Taken, Unknown

MAS = {
    "ecName": "样例单位",
    "apId": "demo0",
    "mobiles": "99900000001",
    "content": "移动改变生活。",
    "sign": "4sEuJxDpC",
    "addSerial": "01",
}


def test_aliyuns_published_example_is_signed_as_published() -> None:
    """The fixed parameters of "V3 request structure and signature" (RunInstances, 2023-10-26)."""
    query = query_of({"RegionId": "cn-shanghai", "ImageId": "win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd"})
    headers = {
        "host": "ecs.cn-shanghai.aliyuncs.com",
        "x-acs-action": "RunInstances",
        "x-acs-content-sha256": hashlib.sha256(b"").hexdigest(),
        "x-acs-date": "2023-10-26T10:22:32Z",
        "x-acs-signature-nonce": "3156853299f313e23d1673dc12e1703d",
        "x-acs-version": "2014-05-26",
    }
    expected = (
        "ACS3-HMAC-SHA256 Credential=YourAccessKeyId,SignedHeaders=host;x-acs-action;x-acs-content-sha256;x-acs-date;"
        "x-acs-signature-nonce;x-acs-version,"
        "Signature=06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0"
    )
    assert expected == acs3(Call(query, headers), Keys("YourAccessKeyId", "YourAccessKeySecret"))


def test_tencents_published_example_is_signed_as_published() -> None:
    """The example of "signature process v3" (DescribeInstances, 1551113065)."""
    body = rb'{"Limit": 1, "Filters": [{"Values": ["\u672a\u547d\u540d"], "Name": "instance-name"}]}'
    headers = {"content-type": JSON_TYPE, "host": "cvm.tencentcloudapi.com"}
    keys = Keys("AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE", "Gu5t9xGARNpq86cd98joQYCN3EXAMPLE")
    expected = (
        "TC3-HMAC-SHA256 Credential=AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE/2019-02-25/cvm/tc3_request, "
        "SignedHeaders=content-type;host, "
        "Signature=72e494ea809ad7a8c8f7a4507b9bddcbaa8e581f516e8da2f66e2c5a96525168"
    )
    assert expected == tc3(Call("", headers, body), keys, service="cvm", at=datetime.fromtimestamp(1551113065, UTC))


def test_a_query_is_encoded_as_rfc_3986_asks() -> None:
    assert "A=%E5%B8%82%20%2B%2A~-_.&B=%2F" == query_of({"B": "/", "A": "市 +*~-_."})


def test_the_mac_is_the_md5_of_all_fields_and_the_secret_in_order() -> None:
    told = "样例单位demo0123qwe99900000001移动改变生活。4sEuJxDpC01"
    assert hashlib.md5(told.encode(), usedforsecurity=False).hexdigest() == mas_mac(MAS, "123qwe")


@pytest.mark.parametrize(
    ("content", "answer"),
    [
        ({"Code": "OK", "BizId": "9006197469364984^0"}, Taken("9006197469364984^0")),
        ({"Code": "OK"}, Unknown("not_understood")),
        ({"Code": "isv.BUSINESS_LIMIT_CONTROL"}, Refused("isv.BUSINESS_LIMIT_CONTROL", for_now=True)),
        ({"Code": "isv.MOBILE_NUMBER_ILLEGAL"}, Refused("isv.MOBILE_NUMBER_ILLEGAL", for_now=False)),
        ({"Code": "SignatureDoesNotMatch"}, Refused("SignatureDoesNotMatch", for_now=True)),
        ({"Code": "isv.SYSTEM_ERROR"}, Unknown("not_understood")),
        ({"Code": "isp.RAM_PERMISSION_DENY"}, Unknown("not_understood")),
        ({"Code": 7}, Unknown("not_understood")),
        ({}, Unknown("not_understood")),
    ],
)
def test_what_aliyun_answers(content: dict[str, object], answer: Answer) -> None:
    assert answer == aliyun.answer_of(Heard(200, content))


@pytest.mark.parametrize(
    ("response", "answer"),
    [
        ({"SendStatusSet": [{"Code": "Ok", "SerialNo": "5000:1"}]}, Taken("5000:1")),
        (
            {"SendStatusSet": [{"Code": "LimitExceeded.PhoneNumberDailyLimit", "SerialNo": ""}]},
            Refused("LimitExceeded.PhoneNumberDailyLimit", for_now=True),
        ),
        (
            {"SendStatusSet": [{"Code": "FailedOperation.PhoneNumberInBlacklist"}]},
            Refused("FailedOperation.PhoneNumberInBlacklist", for_now=False),
        ),
        ({"Error": {"Code": "AuthFailure.SignatureFailure"}}, Refused("AuthFailure.SignatureFailure", for_now=True)),
        ({"Error": {"Code": "InternalError.OtherError"}}, Unknown("not_understood")),
        ({"SendStatusSet": ["Ok"]}, Unknown("not_understood")),
        ([], Unknown("not_understood")),
    ],
)
def test_what_tencent_answers(response: object, answer: Answer) -> None:
    assert answer == tencent.answer_of(Heard(200, {"Response": response}))


@pytest.mark.parametrize(
    ("content", "answer"),
    [
        ({"success": True, "msgGroup": "0106", "rspcod": "success"}, Taken("0106")),
        ({"success": False, "rspcod": "IllegalMac"}, Refused("IllegalMac", for_now=True)),
        ({"success": False, "rspcod": "InvalidMessage"}, Refused("InvalidMessage", for_now=False)),
        ({"success": True}, Unknown("not_understood")),
        ({}, Unknown("not_understood")),
    ],
)
def test_what_mas_answers(content: dict[str, object], answer: Answer) -> None:
    assert answer == mas.answer_of(Heard(200, content))
