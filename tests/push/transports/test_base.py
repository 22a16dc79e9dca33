from push.transports.base import PushError


def test_push_error_s_code_is_fit_for_a_reason():
    assert PushError("a b:c/ü" + "x" * 50).code == "a_b_c__" + "x" * 33
