using Captioning.Trainer.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Captioning.Trainer.Tests.Training;

[Collection("torch")]
public sealed class TensorFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Read_WhatWasWritten_SameBits()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor a = rand(3, 4);
        Tensor b = tensor(1.5f);
        TensorFile.Write(_folder["t"], new Dictionary<string, string> { ["note"] = "ünïcode" }, new Dictionary<string, Tensor> { ["a"] = a.t(), ["b"] = b });
        Tensor readA = zeros(4, 3);
        Tensor readB = tensor(0f);

        Dictionary<string, string> words = TensorFile.Read(_folder["t"], new Dictionary<string, Tensor> { ["b"] = readB, ["a"] = readA });

        Assert.Equal("ünïcode", words["note"]);
        Assert.Equal(a.t().contiguous().data<float>().ToArray(), readA.data<float>().ToArray());
        Assert.Equal(1.5f, readB.ToSingle());
    }

    [Fact]
    public void Read_OtherShapeOrName_ErrorNamesIt()
    {
        using DisposeScope scope = NewDisposeScope();
        TensorFile.Write(_folder["t"], new Dictionary<string, string>(), new Dictionary<string, Tensor> { ["a"] = zeros(2) });

        Assert.Contains("'b'", Assert.Throws<InvalidDataException>(() => TensorFile.Read(_folder["t"], new Dictionary<string, Tensor> { ["b"] = zeros(2) })).Message, StringComparison.Ordinal);
        Assert.Contains("[3]", Assert.Throws<InvalidDataException>(() => TensorFile.Read(_folder["t"], new Dictionary<string, Tensor> { ["a"] = zeros(3) })).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(40)]
    [InlineData(100)]
    public void Read_CutShort_Refused(int length)
    {
        using DisposeScope scope = NewDisposeScope();
        TensorFile.Write(_folder["t"], new Dictionary<string, string>(), new Dictionary<string, Tensor> { ["a"] = zeros(20) });
        File.WriteAllBytes(_folder["t"], File.ReadAllBytes(_folder["t"])[..length]);

        Assert.Throws<InvalidDataException>(() => TensorFile.Read(_folder["t"], new Dictionary<string, Tensor> { ["a"] = zeros(20) }));
    }
}
