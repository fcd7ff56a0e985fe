resource "aws_datapipeline_pipeline_definition" "copy" {
  pipeline_id = aws_datapipeline_pipeline.copy.id
}
