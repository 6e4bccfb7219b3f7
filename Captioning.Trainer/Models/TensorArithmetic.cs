using TorchSharp;
using static TorchSharp.torch;
using Number = TorchSharp.Scalar;

namespace Captioning.Trainer.Models;

/// <summary>
/// Torch's operations with a number. TorchSharp wraps a number in an object that the garbage collector may free while torch still reads it;
/// here it lives until the operation is over. The operations that do not see to that are banned (BannedSymbols.Torch.txt).
/// </summary>
internal static class TensorArithmetic
{
    // A sum has a number too, which what is added is multiplied by.
    private static readonly Number One = 1.ToScalar();

    public static Tensor Times(this Tensor tensor, double factor)
    {
        using Number scalar = factor.ToScalar();
        return tensor.mul(scalar);
    }

    public static Tensor Plus(this Tensor tensor, double summand)
    {
        using Number scalar = summand.ToScalar();
        return tensor.add(scalar, One);
    }

    public static Tensor Plus(this Tensor tensor, Tensor summand) => tensor.add(summand, One);

    /// <summary>Numbers below <paramref name="least"/> become that, and those above <paramref name="most"/> that.</summary>
    public static Tensor Clip(this Tensor tensor, double least, double most)
    {
        using Number min = least.ToScalar();
        using Number max = most.ToScalar();
        return tensor.clamp(min, max);
    }

    /// <summary><see cref="Clip"/> in place. Of all that torch has for it, this can do without its input when it comes to gradients.</summary>
    public static Tensor ClipInPlace(this Tensor tensor, double least, double most)
    {
        using Number min = least.ToScalar();
        using Number max = most.ToScalar();
        return tensor.hardtanh_(min, max);
    }

    public static Tensor MultiplyInPlace(this Tensor tensor, double factor)
    {
        using Number scalar = factor.ToScalar();
        return tensor.mul_(scalar);
    }

    public static Tensor AddInPlace(this Tensor tensor, double summand)
    {
        using Number scalar = summand.ToScalar();
        return tensor.add_(scalar, One);
    }

    public static Tensor AddInPlace(this Tensor tensor, Tensor summand) => tensor.add_(summand, One);

    /// <summary>Adds another tensor, times a factor.</summary>
    public static Tensor AddInPlace(this Tensor tensor, Tensor other, double factor)
    {
        using Number scalar = factor.ToScalar();
        return tensor.add_(other, scalar);
    }

    /// <summary>Adds the product of two tensors, times a factor.</summary>
    public static Tensor AddProductInPlace(this Tensor tensor, Tensor first, Tensor second, double factor)
    {
        using Number scalar = factor.ToScalar();
        return tensor.addcmul_(first, second, scalar);
    }

    /// <summary>Adds the quotient of two tensors, times a factor.</summary>
    public static Tensor AddQuotientInPlace(this Tensor tensor, Tensor dividend, Tensor divisor, double factor)
    {
        using Number scalar = factor.ToScalar();
        return tensor.addcdiv_(dividend, divisor, scalar);
    }

    /// <summary>The number that a tensor of one element holds.</summary>
    public static double ToNumber(this Tensor tensor)
    {
        using Number scalar = tensor.ToScalar();
        return scalar.ToDouble();
    }
}
