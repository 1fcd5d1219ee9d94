using Xunit;

namespace Ferry.Testing;

/// <summary>A test that is skipped, with the reason, where something that it needs is missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RequiresFactAttribute : FactAttribute
{
    /// <param name="needs">Programs, or the special names of <see cref="Requirements.WhyMissing"/>.</param>
    public RequiresFactAttribute(params string[] needs)
    {
        Needs = needs;
        if (Requirements.WhyMissing(needs) is { } reason) Skip = reason;
    }

    /// <summary>What the test needs.</summary>
    public IReadOnlyList<string> Needs { get; }
}
