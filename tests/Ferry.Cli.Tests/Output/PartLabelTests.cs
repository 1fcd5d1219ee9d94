using Ferry.Cli.Output.Html;
using Ferry.Core.Walking;

namespace Ferry.Cli.Tests.Output;

public sealed class PartLabelTests
{
    private const string Digest = "09d433f650646834a83c580877bd60c6d1f88f7755305c12576b5c7058f9af15";

    [Theory]
    [InlineData(OutlinePartKind.File, "hub/checkpoints/resnet50.pth", "resnet50.pth", "hub/checkpoints")]
    [InlineData(OutlinePartKind.File, "resnet50.pth", "resnet50.pth", "")]
    [InlineData(OutlinePartKind.File, $"hub/models--acme--tiny/blobs/{Digest}", "tiny \u00b7 09d433f", "hub/models--acme--tiny/blobs")]
    [InlineData(OutlinePartKind.File, $"a/b/{Digest}", Digest, "a/b")]
    [InlineData(OutlinePartKind.File, $"directory/b/{Digest}", "directory \u00b7 09d433f", "directory/b")]
    [InlineData(OutlinePartKind.Directory, "datasets/words", "words/", "datasets")]
    [InlineData(OutlinePartKind.Directory, "", "12 files", "")]
    [InlineData(OutlinePartKind.Rest, "datasets/words", "+ 12 files", "datasets/words")]
    public void An_area_is_named(object kind, string path, string label, string above) =>
        Assert.Equal((label, above), PartLabel.Of(new OutlinePart((OutlinePartKind)kind, path, 12, 1_000)));
}
