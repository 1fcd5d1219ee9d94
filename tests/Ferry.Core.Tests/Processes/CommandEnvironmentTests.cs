using Ferry.Core.Processes;

namespace Ferry.Core.Tests.Processes;

/// <summary>Environments as bytes.</summary>
public sealed class CommandEnvironmentTests
{
    [Fact]
    public void A_variable_takes_the_place_of_all_its_former_values_and_the_others_stay_as_they_are()
    {
        byte[] strange = [(byte)'X', (byte)'=', 0xff, (byte)'\n', (byte)'='];
        var environment = new CommandEnvironment(["A=1"u8.ToArray(), "B=2"u8.ToArray(), strange, "A=3"u8.ToArray(), "AB=4"u8.ToArray(), "no sign"u8.ToArray()]);
        environment.Set("A"u8, "new"u8);
        environment.Set("C"u8, ""u8);
        Assert.Equal(["A=new"u8.ToArray(), "B=2"u8.ToArray(), strange, "AB=4"u8.ToArray(), "no sign"u8.ToArray(), "C="u8.ToArray()], environment.Strings);
    }

    [Fact]
    public void A_value_is_what_follows_the_first_equals_sign()
    {
        var environment = new CommandEnvironment(["A=b=c"u8.ToArray()]);
        Assert.Equal("b=c"u8.ToArray(), environment.Get("A"u8));
        Assert.Null(environment.Get("B"u8));
    }
}
