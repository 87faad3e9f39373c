"""What fits into the memory that is free, and settings that can't be used."""

import pytest

from components.errors import BadInput, NotEnoughMemory
from components.training.hyperparameters import TrainingSettings
from components.training.preflight import Trial, estimate, fit
from tests.unit.models.fakes import GB
from tests.unit.training.fakes import TRIAL


def test_settings_that_can_not_be_used_are_refused_by_name(world):
    with pytest.raises(BadInput, match="Learning rate is 5"):
        world.create(learning_rate=5.0)
    with pytest.raises(BadInput, match="NVIDIA"):
        world.create(method="qlora")


def test_the_batch_shrinks_before_the_length_and_a_step_stays_the_same():
    trial = Trial(**TRIAL)
    settings = TrainingSettings(batch=8, accumulation=1)
    assert fit(trial, settings, 10 * GB) == (settings, [])
    need = estimate(trial, settings).memory
    fitted, said = fit(trial, settings, need // 2)
    assert fitted.batch * fitted.accumulation == 8
    assert fitted.batch < 8
    assert fitted.length == settings.length
    assert len(said) == 1
    shorter, said = fit(trial, settings, int(1.3 * GB))
    assert (shorter.batch, shorter.length < settings.length, len(said)) == (1, True, 2)
    with pytest.raises(NotEnoughMemory, match="even with one row"):
        fit(trial, settings, GB)
