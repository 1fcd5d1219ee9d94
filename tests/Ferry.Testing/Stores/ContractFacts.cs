using System.Reflection;
using Xunit;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace Ferry.Testing.Stores;

/// <summary>What all tests of a class need, those it inherits from a contract too; see <see cref="Requirements"/>.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class RequiresAttribute(params string[] needs) : Attribute
{
    /// <summary>Programs or special names.</summary>
    public IReadOnlyList<string> Needs => needs;

    /// <summary>Why a test of a class is skipped, or null.</summary>
    internal static string? WhyMissing(ITestMethod method) =>
        method.TestClass.Class.ToRuntimeType().GetCustomAttribute<RequiresAttribute>() is { Needs: string[] needs } ? Requirements.WhyMissing(needs) : null;
}

/// <summary>A test of a contract: skipped, with the reason, in a class for which something is missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
[XunitTestCaseDiscoverer("Ferry.Testing.Stores." + nameof(ContractFactDiscoverer), "Ferry.Testing")]
public sealed class ContractFactAttribute : FactAttribute;

/// <summary>As <see cref="ContractFactAttribute"/>, with data.</summary>
[AttributeUsage(AttributeTargets.Method)]
[XunitTestCaseDiscoverer("Ferry.Testing.Stores." + nameof(ContractTheoryDiscoverer), "Ferry.Testing")]
public sealed class ContractTheoryAttribute : TheoryAttribute;

/// <summary>Finds the tests of <see cref="ContractFactAttribute"/>.</summary>
public sealed class ContractFactDiscoverer(IMessageSink messages) : FactDiscoverer(messages)
{
    internal static IXunitTestCase Skipped(IMessageSink messages, ITestFrameworkDiscoveryOptions options, ITestMethod method, string reason) =>
        new XunitSkippedDataRowTestCase(messages, options.MethodDisplayOrDefault(), options.MethodDisplayOptionsOrDefault(), method, reason);

    protected override IXunitTestCase CreateTestCase(ITestFrameworkDiscoveryOptions discoveryOptions, ITestMethod testMethod, IAttributeInfo factAttribute) =>
        RequiresAttribute.WhyMissing(testMethod) is { } reason
            ? Skipped(DiagnosticMessageSink, discoveryOptions, testMethod, reason)
            : base.CreateTestCase(discoveryOptions, testMethod, factAttribute);
}

/// <summary>Finds the tests of <see cref="ContractTheoryAttribute"/>.</summary>
public sealed class ContractTheoryDiscoverer(IMessageSink messages) : TheoryDiscoverer(messages)
{
    public override IEnumerable<IXunitTestCase> Discover(
        ITestFrameworkDiscoveryOptions discoveryOptions, ITestMethod testMethod, IAttributeInfo theoryAttribute) =>
        RequiresAttribute.WhyMissing(testMethod) is { } reason
            ? [ContractFactDiscoverer.Skipped(DiagnosticMessageSink, discoveryOptions, testMethod, reason)]
            : base.Discover(discoveryOptions, testMethod, theoryAttribute);
}
