from exchange.models.batch import Batch, ColumnMeaning, StagedRow, Upload
from exchange.models.job import Job, ProducedFile

__all__ = ["Batch", "ColumnMeaning", "Job", "ProducedFile", "StagedRow", "Upload"]
