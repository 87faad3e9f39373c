"""Where a model goes, for machines that this one isn't."""

import pytest

from components.config import Config, ModelSettings
from components.errors import NotEnoughMemory, Unavailable
from components.models.engines.weights import load_arguments
from components.models.footprint import stored
from components.models.placement import Device, Footprint, place
from tests.gguf_files import QWEN3_8B

GB = 1_000_000_000
CPU = Device("cpu", 0, "CPU", 32 * GB, 20 * GB)
AMX = Device("cpu", 0, "CPU", 32 * GB, 20 * GB, bfloat16=True)
T4 = Device("cuda", 0, "T4", 16 * GB, 15 * GB, bfloat16=False)
A100 = Device("cuda", 0, "A100", 80 * GB, 79 * GB, bfloat16=True)
B100 = Device("cuda", 1, "A100", 80 * GB, 60 * GB, bfloat16=True)
MPS = Device("mps", 0, "Apple GPU", 16 * GB, 12 * GB)
SEVEN_B = Footprint(7 * GB, 2 * 32 * 8 * 128, 4096)
ONE_B = Footprint(1 * GB, 2 * 16 * 8 * 64, 4096)


def put(footprint, *devices, settings=ModelSettings(), **config):  # noqa: B008
    return place("The model", footprint, devices, Config(**config), settings)


def test_bfloat16_on_a_card_that_has_it_float16_on_one_that_has_not():
    assert put(SEVEN_B, A100, CPU).dtype == "bfloat16"
    assert put(ONE_B, T4, CPU).dtype == "float16"


def test_a_processor_gets_bfloat16_only_with_amx():
    assert put(ONE_B, CPU).dtype == "float32"
    assert put(ONE_B, AMX).dtype == "bfloat16"


def test_apples_gpu_is_used_in_float16():
    placement = put(ONE_B, MPS, CPU)
    assert (placement.devices, placement.dtype) == ((MPS,), "float16")


def test_the_card_with_the_most_free_memory_is_chosen():
    assert put(SEVEN_B, B100, A100).devices == (A100,)


def test_a_model_larger_than_any_card_is_spread_over_all():
    placement = put(Footprint(60 * GB, 0, 0), B100, A100)
    assert set(placement.devices) == {A100, B100}
    assert load_arguments(placement)["device_map"] == "auto"
    assert load_arguments(placement)["max_memory"] == {0: 79 * GB, 1: 60 * GB}


def test_four_bit_lets_a_model_fit_that_would_not_and_asks_for_nf4():
    pytest.importorskip("torch")
    with pytest.raises(NotEnoughMemory, match="4-bit quantization"):
        put(SEVEN_B, T4)
    placement = put(SEVEN_B, T4, settings=ModelSettings(quantization="4bit"))
    assert placement.quantization == "4bit"
    assert placement.need < 15 * GB


def test_four_bit_without_cuda_runs_in_full_precision_and_says_so():
    placement = put(ONE_B, CPU, settings=ModelSettings(quantization="4bit"))
    assert placement.quantization == "none"
    assert "4bit needs CUDA" in str(placement.reason)


def test_the_dtype_of_the_settings_wins():
    assert put(ONE_B, CPU, settings=ModelSettings(dtype="bfloat16")).dtype == "bfloat16"


def test_a_shorter_context_in_the_settings_needs_less_memory():
    full, short = put(SEVEN_B, A100), put(SEVEN_B, A100, settings=ModelSettings(context=1024))
    assert short.context == 1024
    assert short.need < full.need


def test_a_device_that_this_machine_has_not_is_named():
    with pytest.raises(Unavailable, match=r"asks for cuda.*only cpu"):
        put(ONE_B, CPU, device="cuda")


def test_the_processor_can_be_asked_for_on_a_machine_with_a_card():
    assert put(ONE_B, A100, CPU, device="cpu").devices == (CPU,)


def test_the_error_names_the_need_what_is_free_and_what_would_help():
    with pytest.raises(NotEnoughMemory) as error:
        put(SEVEN_B, CPU)
    text = str(error.value)
    assert "The model needs 32." in text
    assert "20.0 GB is free" in text
    assert "smaller model" in text
    assert "closing other programs" in text


def test_loading_never_runs_a_models_own_code_nor_opens_a_pickle():
    arguments = load_arguments(put(ONE_B, CPU))
    assert arguments["trust_remote_code"] is False
    assert arguments["use_safetensors"] is True
    assert arguments["local_files_only"] is True
    assert "device_map" not in arguments


@pytest.mark.parametrize(("gigabytes", "context"), [(6.5, 4096), (12.5, 32_768), (28, 32_768)])
def test_an_8b_model_in_4_bits_gets_the_context_that_a_laptop_has_room_for(gigabytes: float, context: int):
    """What is free of 8, 16 and 32 GB where nothing else is heavy."""
    wanted: Footprint | None = stored(QWEN3_8B, 32_768, 16)
    laptop = Device("cpu", 0, "CPU", int(2 * gigabytes * GB), int(gigabytes * GB))
    while wanted is not None:  # as the manager does
        try:
            found = place("Qwen3 8B", wanted, [laptop], Config(), ModelSettings())
            break
        except NotEnoughMemory:
            wanted = wanted.shorter()
    assert found.context == context
    assert found.need <= gigabytes * GB


def test_an_8b_model_in_4_bits_that_does_not_fit_says_what_it_needs():
    with pytest.raises(NotEnoughMemory, match=r"Qwen3 8B needs 6\.\d GB and 4\.0 GB is free"):
        place(
            "Qwen3 8B",
            stored(QWEN3_8B, 4096, 16),
            [Device("cpu", 0, "CPU", 8 * GB, 4 * GB)],
            Config(),
            ModelSettings(),
        )
